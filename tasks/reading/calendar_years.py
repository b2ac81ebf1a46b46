"""Which years a list of days publishes, and whether it names what the law gives each of them.

Source: the State Council's 全国年节及纪念日放假办法 as in force since 2025: New Year 1 day, Spring
Festival 4 with its eve, Qingming 1, Labour Day 2, Dragon Boat 1, Mid-Autumn 1, National Day 3; what
falls on a weekend is given back on a working day.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from domain.errors import Refused
from tasks.reading.calendar_files import ListedDay, plain_kind

_FIXED = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""Month and day of the holidays with a fixed date."""
_MOVING = ("清明", "端午", "中秋")
_SPRING = ("春节", "除夕")
_SPRING_DAYS = 4


def years_published(days: Sequence[ListedDay], published: Collection[int]) -> frozenset[int]:
    """Give the years that these days publish beyond those ``published``; refuses half ones.

    Years follow one another: a list that leaves one out, or comes before the first, is refused.
    """
    new = frozenset(day.day.year for day in days) - frozenset(published)
    if new and published:
        _refuse_gaps(new, min(published), max(published))
    lacks = [
        f"{year} 年的安排不完整：缺 {'、'.join(found)}"
        for year in sorted(new)
        if (found := list(_lacking(year, days)))
    ]
    if lacks:
        raise Refused(f"{'；'.join(lacks)}；请补全，只补个别日期请加 --partial。")
    return new


def _refuse_gaps(new: frozenset[int], first: int, last: int) -> None:
    early = sorted(year for year in new if year < first)
    if early:
        raise Refused(f"日历从 {first} 年起，文件中有更早的 {early[0]} 年，请删去这些行。")
    missing = [str(year) for year in range(last + 1, max(new)) if year not in new]
    if missing:
        raise Refused(
            f"日历已公布到 {last} 年，文件中有 {max(new)} 年而没有 {'、'.join(missing)} 年，"
            "请先载入缺少的年份，只补个别日期请加 --partial。"
        )


def _lacking(year: int, days: Sequence[ListedDay]) -> Iterator[str]:
    listed = {day.day: day for day in days if day.day.year == year}
    for month, number in _FIXED:
        holiday = date(year, month, number)
        if not _is_rest(holiday, listed.get(holiday)):
            yield f"{month}月{number}日"
    names = [day.name for day in listed.values() if day.kind == "rest" and day.exceptional]
    spring = sum(any(word in name for word in _SPRING) for name in names)
    if spring < _SPRING_DAYS:
        yield f"春节（连同除夕应有 {_SPRING_DAYS} 天，现有 {spring} 天）" if spring else "春节"
    yield from (holiday for holiday in _MOVING if not any(holiday in name for name in names))


def _is_rest(holiday: date, listed: ListedDay | None) -> bool:
    return (plain_kind(holiday) if listed is None else listed.kind) == "rest"
