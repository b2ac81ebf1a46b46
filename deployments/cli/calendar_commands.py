"""The working calendar: a year's list loaded, previewed and shown; clocks counted again."""

from collections.abc import Iterator, Sequence
from functools import partial as given
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, Reason, read
from deployments.cli.register import command, group
from deployments.cli.reprojecting import DryRun, Step, carried_out, finished, foreseen
from deployments.cli.reprojection_page import as_data, document, outcome, page
from deployments.cli.saying import table
from deployments.cli.values import whole
from domain.calendar import local_date
from domain.errors import Misuse
from domain.wording import check_opinion
from models.calendars import Year, published_years, show_year
from tasks.calendars import CalendarChange, planned
from tasks.desk import Desk
from tasks.reading.calendar_files import KIND_ZH, plain_kind, read_calendar
from tasks.reprojecting import Preview, ReprojectionReport, load_calendar, preview_calendar

calendar = group("工作日历：载入每年的放假安排，查看节假日和调休。")
app = typer.Typer()
_YEARS = range(1990, 2101)
_WEEKDAYS = "一二三四五六日"

CalendarFile = Annotated[
    Path, typer.Argument(metavar="文件", help="csv 文件：日期、类型（休/班）、名称、来源。")
]
Partial = Annotated[bool, typer.Option("--partial", help="只补个别日期；未公布的年份仍为暂定。")]
OfYear = Annotated[
    int | None, typer.Argument(metavar="年份", parser=read(whole), help="默认为今年。")
]


@command(
    calendar,
    "load",
    Audience.OFFICE,
    "载入放假安排并重算受影响的时限；先用 --dry-run 预览，中断后再次运行会接着做。",
    "calendar load 放假安排.csv --dry-run",
    "calendar load 放假安排.csv --actor 王科",
    "calendar load 补班.csv --partial",
)
def load(
    call: Call,
    file: CalendarFile,
    dry_run: DryRun = False,
    partial: Partial = False,
    reason: Reason = "",
) -> Answer:
    """Load a list of days."""
    listed, why = read_calendar(file), check_opinion(reason)
    with at_desk(call) as desk:
        change = planned(desk.engine, listed, partial=partial)
        what = (desk, change.days, change.years)
        load_days = given(load_calendar, *what, call.actor, reason=why)
        step = Step(given(preview_calendar, *what), load_days)
        if dry_run:
            return _answer(desk, change, foreseen(desk, step), None)
        return _answer(desk, change, *carried_out(desk, step))


def _answer(
    desk: Desk, change: CalendarChange, preview: Preview, report: ReprojectionReport | None
) -> Answer:
    told: dict[str, Any] = {
        "changed": preview.changed,
        "published": sorted(change.years),
        "provisional": change.provisional,
        "revised": [revised.day.isoformat() for revised in change.revised],
        **document(preview),
        **as_data(report),
    }
    if not preview.changed:
        unchanged = "文件中的安排与现行日历一致，没有改动。"
        return Answer(told, [unchanged, *(outcome(report) if report else ())])
    return Answer(told, [*_summary(change), *page(desk, preview), *outcome(report)])


def _summary(change: CalendarChange) -> Iterator[RenderableType]:
    for year, source in sorted(change.years.items()):
        yield f"公布 {year} 年的放假安排（{source}）。"
    for year in change.provisional:
        yield f"补充 {year} 年的个别日期，该年仍为暂定。"
    if change.revised:
        rows = (
            (revised.day, revised.name, *_was_and_is(was_work=revised.was_work))
            for revised in change.revised
        )
        yield table("修订已公布的日期", ("日期", "名称", "原为", "改为"), rows)


def _was_and_is(*, was_work: bool) -> Sequence[str]:
    words = tuple(KIND_ZH.values())
    return words[::-1] if was_work else words


@command(
    calendar,
    "show",
    Audience.LOOK,
    "查看一年的节假日和调休，以及是否已经公布。",
    "calendar show",
    "calendar show 2027",
)
def show(call: Call, year: OfYear = None) -> Answer:
    """Show a year."""
    if year is not None and year not in _YEARS:
        raise Misuse(f"年份 {year} 不在 {_YEARS[0]} 到 {_YEARS[-1]} 之间，请核对。")
    with at_desk(call) as desk:
        found = show_year(desk.engine, year or local_date(desk.now).year)
        published = published_years(desk.engine)
    days = [
        vars(day) | {"day": day.day.isoformat(), "since": found.since[day.day]}
        for day in found.days
        if day.kind != plain_kind(day.day)
    ]
    told = {
        "year": found.year,
        "published": found.published,
        "source": found.source,
        "version": found.version,
        "days": days,
    }
    return Answer(told, [*_year(found), f"已公布 {published[0]} 至 {published[-1]} 年。"])


def _year(found: Year) -> Iterator[RenderableType]:
    standing = f"已公布（{found.source}）" if found.published else "尚未公布，涉及的时限为暂定"
    yield f"{found.year} 年：{standing}；日历第 {found.version} 版。"
    rows = [
        (
            day.day,
            f"周{_WEEKDAYS[day.day.weekday()]}",
            KIND_ZH[day.kind],
            day.name,
            day.source,
            found.since[day.day],
        )
        for day in found.days
        if day.kind != plain_kind(day.day)
    ]
    if rows:
        yield table("", ("日期", "星期", "类型", "名称", "来源", "自版本"), rows)


@command(
    app,
    "reproject",
    Audience.RUN,
    "接着完成中断的时限重算（载入日历或应用规则之后）；没有时会说明。",
    "reproject",
)
def reproject(call: Call) -> Answer:
    """Finish what was interrupted."""
    with at_desk(call) as desk:
        report = finished(desk)
    told = as_data(report) | {"cause": report.cause or None}
    return Answer(told, outcome(report) or ["没有未完成的时限重算。"])
