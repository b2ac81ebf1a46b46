"""The arguments and options that commands share, with the help that people read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from inspect import Parameter
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from deployments.cli.values import day_or_instant, instant, whole, yes_or_no

SHARED_PANEL = "通用选项"

T = TypeVar("T")


def read(reader: Callable[[str], T]) -> Callable[[str | T], T]:
    """Let a reader of words pass on what is no word any more: Typer reads defaults as well."""
    return lambda given: reader(given) if isinstance(given, str) else given


class Audience(Enum):
    """Whom a command is for, which says what its help shows; every command accepts all options."""

    LOOK = "查看"
    UNIT = "单位"
    OFFICE = "指挥部办公室"
    RUN = "运行"
    STACK = "启停"


_LOOKING, _UNITS, _OFFICE, _RUNNING, _ = Audience
_WORKING = frozenset({_LOOKING, _UNITS, _OFFICE, _RUNNING})

No = Annotated[str, typer.Argument(metavar="编号", help="案件编号，如 QD2026-000123。")]
Reason = Annotated[str, typer.Option(metavar="文字", help="理由，至多 200 字，不写电话、证件号。")]
Opinion = Annotated[str, typer.Option(metavar="文字", help="意见，至多 200 字，不写电话、证件号。")]
UnitCode = Annotated[str, typer.Argument(metavar="单位", help="单位代码、名称或别名。")]
Request = Annotated[
    int, typer.Option(metavar="序号", parser=read(whole), help="申请的序号，case show 可见。")
]
Until = Annotated[
    datetime,
    typer.Option(
        metavar="日期",
        parser=read(day_or_instant),
        help="到期日（当日 9 时恢复），或带时区的时间。",
    ),
]
File = Annotated[Path, typer.Argument(metavar="文件", help="csv、xlsx 或 jsonl 文件。")]


def asked(question: str) -> Any:  # noqa: ANN401 - what typer.Option gives
    """An option answered yes or no."""
    return typer.Option(metavar="yes|no", parser=read(yes_or_no), help=question)


@dataclass(frozen=True)
class Shared:
    """An option that every command accepts; ``shown`` names the commands whose help has it."""

    name: str
    kind: Any
    help: str
    shown: frozenset[Audience]
    metavar: str | None = None
    parser: Any = None
    default: object = ""

    def parameter(self, audience: Audience, database: str) -> Parameter:
        """Give it as a parameter of a command, which works in ``database`` by default."""
        default = database if self.name == "database" else self.default
        option = typer.Option(
            f"--{self.name.replace('_', '-')}",
            help=self.help,
            metavar=self.metavar,
            parser=self.parser,
            show_default=bool(default),
            hidden=audience not in self.shown,
            rich_help_panel=SHARED_PANEL,
        )
        annotation = Annotated[self.kind, option]  # type: ignore[name-defined]
        kind = Parameter.KEYWORD_ONLY
        return Parameter(self.name, kind, default=default, annotation=annotation)


_WHEN = "以此时间代替当前时间，如 2026-03-02T10:00:00+08:00。"
_KEY = "幂等键：同一键再次使用时不重复办理。"
_BY = "以哪个单位的名义办理（代码、名称或别名）。"

SHARED = (
    Shared("json", bool, "只输出一份 JSON 文档。", frozenset(Audience), default=False),
    Shared("as_of", datetime | None, _WHEN, _WORKING, "时间", read(instant), default=None),
    Shared("database", str, "数据范围：live、demo 或其他。", _WORKING, "名称"),
    Shared("key", str, _KEY, frozenset({_UNITS, _OFFICE}), "文字"),
    Shared("by", str, _BY, frozenset({_UNITS, _OFFICE}), "单位"),
    Shared("name", str, "单位经办人姓名（照录，不作核验）。", frozenset({_UNITS}), "姓名"),
    Shared("actor", str, "办公室经办人姓名（照录，不作核验）。", frozenset({_OFFICE}), "姓名"),
)
