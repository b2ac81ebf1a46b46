"""The group of inspections, and the options that its commands share."""

from datetime import datetime
from typing import Annotated

import typer

from deployments.cli.options import read
from deployments.cli.register import group
from deployments.cli.values import whole
from domain.calendar import SHANGHAI
from domain.errors import Misuse
from flows.instants import day_or_instant

inspection = group("复查（“回头看”）：派检查人、登记结论、专项复查、建章立制建议、回访情况。")


def _from_midnight(word: str) -> datetime:
    """Read a day as its beginning in Shanghai, or an instant."""
    found = day_or_instant(word, "日期")
    return found if ":" in word else found.astimezone(SHANGHAI).replace(hour=0)


_DAY = read(_from_midnight)
Number = Annotated[int, typer.Argument(metavar="编号", parser=read(whole), help="复查任务编号。")]
OrderNumber = Annotated[
    int, typer.Argument(metavar="编号", parser=read(whole), help="专项复查编号。")
]
ProposalNumber = Annotated[
    int, typer.Argument(metavar="编号", parser=read(whole), help="建议编号。")
]
InspectorCode = Annotated[str, typer.Argument(metavar="代码", help="检查人代码，如 zhou。")]
Since = Annotated[
    datetime | None, typer.Option(metavar="日期", parser=_DAY, help="自何日起（含当日）。")
]
Until = Annotated[
    datetime | None, typer.Option(metavar="日期", parser=_DAY, help="至何日止（不含当日）。")
]


def share(word: str) -> int:
    """Read a percentage from 1 to 100."""
    found = whole(word.strip().removesuffix("%"))
    if not 1 <= found <= 100:  # noqa: PLR2004 - percent
        raise Misuse(f"抽查比例“{word}”应为 1 到 100 的整数。")
    return found
