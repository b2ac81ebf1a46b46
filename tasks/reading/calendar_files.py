"""Lists of holidays and make-up days as operators write them: csv, one day a row."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Literal

from domain.calendar import SHANGHAI
from domain.errors import Misuse, Refused
from tasks.reading.columns import SEARCHED, Columns, Row, fields_in
from tasks.reading.csv_files import delimiter_of, records
from tasks.reading.dates import read_date
from tasks.reading.files import readable
from tasks.reading.texts import encoding_of
from tasks.reading.words import line

DayKind = Literal["rest", "work"]
Mistake = tuple[int, str]
"""The number of a row, and a sentence."""

COLUMNS: Columns = {
    "date": ("date", "日期"),
    "kind": ("kind", "类型"),
    "name": ("name", "名称"),
    "source": ("source", "来源"),
}
"""What a calendar file has, all of it; other columns are left alone."""

_REST: DayKind = "rest"
_WORK: DayKind = "work"
_KINDS = dict.fromkeys(("rest", "休", "休息", "放假"), _REST) | dict.fromkeys(
    ("work", "班", "上班", "补班"), _WORK
)
KIND_ZH = {_REST: "休息", _WORK: "上班"}
"""What a day of each kind is called."""
_SATURDAY = 5
_LONGEST = 100
"""Characters of a name or a source."""
_SHOWN = 50
"""Mistakes shown of a file that has more."""


@dataclass(frozen=True)
class ListedDay:
    """One row of the file: what the day in Shanghai is, what it is called, and who says so."""

    row: int
    day: date
    kind: DayKind
    name: str
    source: str

    @property
    def exceptional(self) -> bool:
        """Whether it departs from Monday to Friday: a weekday off or a weekend day worked."""
        return self.kind != plain_kind(self.day)


def plain_kind(day: date) -> DayKind:
    """What a day is by Monday to Friday alone."""
    return _WORK if day.weekday() < _SATURDAY else _REST


class CalendarFileInvalid(Refused):
    """The file is wrong; ``mistakes`` holds row number and Chinese sentence of each mistake."""

    def __init__(self, path: Path, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        shown = [f"第 {row} 行：{sentence}" for row, sentence in self.mistakes[:_SHOWN]]
        more = ["……"] if len(self.mistakes) > _SHOWN else []
        super().__init__(
            f"日历文件 {path.name} 有 {len(self.mistakes)} 处错误，没有载入任何内容，"
            "请改正后重试：\n" + "\n".join(shown + more)
        )


def read_calendar(path: Path) -> tuple[ListedDay, ...]:
    """Read a calendar file in order of date; refuses with all its mistakes at once.

    UTF-8 or GB18030; a day that stands there twice, alike or not, is a mistake.
    """
    if path.suffix.lower() != ".csv":
        raise Misuse(f"日历文件 {path.name} 不是 csv 文件，请另存为 csv 后再试。")
    with readable(path):
        encoding = encoding_of(path)
        rows = list(records(path, encoding, delimiter_of(path, encoding)))
    header, places = _header(path, rows)
    below = [row for row in rows if row[0] > header[0]]
    if not below:
        raise Refused(f"日历文件 {path.name} 只有表头，没有数据行，请补上日期后再试。")
    mistakes: list[Mistake] = []
    days = [day for row in below for day in _read(row, len(header[1]), places, mistakes)]
    mistakes += _repeated(days)
    if mistakes:
        raise CalendarFileInvalid(path, mistakes)
    return tuple(sorted(days, key=lambda day: day.day))


def _header(path: Path, rows: Sequence[Row]) -> tuple[Row, dict[str, int]]:
    """Find the header, and where each field stands; a title may stand above it."""
    first = rows[:SEARCHED] or [(1, ())]
    for row in first:
        found = fields_in(row[1], COLUMNS)
        if len(found) == len(COLUMNS):
            return row, {field: row[1].index(name) for field, name in found.items()}
    found = max((fields_in(cells, COLUMNS) for _, cells in first), key=len)
    missing = "、".join(names[-1] for field, names in COLUMNS.items() if field not in found)
    raise Refused(
        f"日历文件 {path.name} 的表头缺少 {missing}：应有日期、类型、名称、来源四列"
        "（或 date、kind、name、source），请补上后再试。"
    )


def _read(
    row: Row, width: int, places: dict[str, int], mistakes: list[Mistake]
) -> Iterator[ListedDay]:
    number, cells = row
    words = {field: line(cells[at]) if at < len(cells) else "" for field, at in places.items()}
    day, kind = _day(words["date"]), _KINDS.get(words["kind"].casefold())
    wrong = list(_wrong(words, day, kind))
    if any(cells[width:]):
        wrong.append(f"有 {len(cells)} 格，表头只有 {width} 格，内容中的逗号可能漏了引号。")
    mistakes += ((number, sentence) for sentence in wrong)
    if day and kind and not wrong:
        yield ListedDay(number, day, kind, words["name"], words["source"])


def _wrong(words: dict[str, str], day: date | None, kind: DayKind | None) -> Iterator[str]:
    if day is None:
        yield f"日期“{words['date'][:_LONGEST]}”看不懂，请写成 2027-01-01 的形式，一行一天。"
    if kind is None:
        yield f"类型“{words['kind'][:_LONGEST]}”看不懂，请写 rest（休息）或 work（上班）。"
    for field in ("name", "source"):
        if not words[field]:
            yield f"没有写{COLUMNS[field][-1]}，请补上。"
        elif len(words[field]) > _LONGEST:
            yield f"{COLUMNS[field][-1]}超过 {_LONGEST} 字，请压缩。"


def _day(text: str) -> date | None:
    moment = read_date(text)
    whole = moment is not None and moment.tzinfo is SHANGHAI and moment.time() == time()
    return moment.date() if moment and whole else None


def _repeated(days: Iterable[ListedDay]) -> Iterator[Mistake]:
    seen: dict[date, ListedDay] = {}
    for day in days:
        former = seen.setdefault(day.day, day)
        if former is day:
            continue
        if former.kind == day.kind:
            yield day.row, f"{day.day} 与第 {former.row} 行重复，请删去一行。"
        else:
            here, there = KIND_ZH[day.kind], KIND_ZH[former.kind]
            yield (
                day.row,
                f"{day.day} 在这里是{here}，在第 {former.row} 行是{there}，互相矛盾，请核对。",
            )
