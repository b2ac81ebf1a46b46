"""`unit rates`: how often units return what they were given, and the rules that this hints at."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer
from rich.console import RenderableType

from deployments.cli import registry_commands
from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, read
from deployments.cli.rates_page import percent, period_of, rate_document
from deployments.cli.register import command
from deployments.cli.saying import iso, table
from domain.errors import Misuse
from models.return_rates import Rate, return_rates
from tasks.desk import Desk
from tasks.return_hints import Hint, return_hints

unit = registry_commands.unit
"""The group that this command is added to."""


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise Misuse(f"日期“{word}”不认识，请写成 2026-03-02 的形式。") from None


Since = Annotated[
    date | None,
    typer.Option(metavar="日期", parser=read(_day), help="自哪一天起，默认九十天前。"),
]
Until = Annotated[
    date | None, typer.Option(metavar="日期", parser=read(_day), help="至哪一天（含），默认今天。")
]


@command(
    unit,
    "rates",
    Audience.LOOK,
    "各单位的退单率：交办、退单、同意、不同意、次数；并提示常被退回的事项出自哪条交办规则。",
    "unit rates",
    "unit rates --since 2026-01-01 --until 2026-03-31",
)
def rates(call: Call, since: Since = None, until: Until = None) -> Answer:
    """Show return rates."""
    with at_desk(call) as desk:
        period = period_of(desk, since, until)
        found = return_rates(desk.engine, period)
        hints = return_hints(desk, period)
        shown = list(_shown(desk, found, hints))
    document = {
        "since": iso(period.since),
        "until": iso(period.until),
        "units": [rate_document(rate) for rate in found],
        "hints": [asdict(hint) for hint in hints],
    }
    return Answer(document, shown)


def _shown(desk: Desk, found: list[Rate], hints: list[Hint]) -> Iterator[RenderableType]:
    name = desk.directory.name
    rows = [
        (name(r.unit), r.given, r.asked, percent(r), r.upheld, r.refused, r.hops) for r in found
    ]
    if not rows:
        yield "这一时期没有交办，也没有退单。"
        return
    headers = ("单位", "交办", "退单", "退单率", "同意", "不同意", "最多退回次数")
    yield table("退单率（含协办部分）", headers, rows)
    if hints:
        told = [
            (
                name(hint.unit) or "（没有规则认识的词）",
                hint.word,
                hint.returns,
                hint.upheld,
                "、".join(map(name, hint.returned_by)),
            )
            for hint in hints
        ]
        heads = ("规则（单位）", "词", "退单", "同意", "由谁退回")
        yield table("常被退回的事项，可考虑修改交办规则（rules show）", heads, told)
