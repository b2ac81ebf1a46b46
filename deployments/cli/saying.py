"""What commands print: one JSON document, or Chinese text with tables."""

import json
import sys
from collections.abc import Iterable
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from deployments.cli.call import Answer, Call
from domain.calendar import SHANGHAI
from domain.codes import State
from domain.refusals import COMMAND_ZH
from tasks.carrying import Carried
from tasks.desk import Desk
from tasks.ordering.by_closers import STEPS_ZH
from tasks.ordering.order import Order

_PLAIN_WIDTH = 120
"""Columns of a table that goes to a file or another program."""


class AsWritten(str):
    """A text that is printed as it stands: no line of it is broken to fit the screen."""

    __slots__ = ()


def console() -> Console:
    """Give the console for standard output; nothing in a text is taken for markup."""
    width = None if sys.stdout.isatty() else _PLAIN_WIDTH
    return Console(width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)


def say(call: Call, answer: Answer) -> int:
    """Print an answer and give its exit code."""
    if call.json:
        document = json.dumps(answer.document, ensure_ascii=False, indent=1, default=iso)
        sys.stdout.write(f"{document}\n")
    else:
        screen = console()
        for part in answer.shown:
            screen.print(part, soft_wrap=isinstance(part, AsWritten))
    sys.stdout.flush()
    return answer.code


def table(title: str, headers: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """Make a table; ``None`` shows as nothing."""
    made = Table(title=title or None, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for header in headers:
        made.add_column(header, overflow="fold")
    for row in rows:
        made.add_row(*("" if cell is None else str(cell) for cell in row))
    return made


def pairs(rows: Iterable[tuple[str, object]]) -> Table:
    """Show names with their values, one a line."""
    made = Table.grid(padding=(0, 2))
    for name, value in rows:
        made.add_row(name, str(value))
    return made


def iso(instant: datetime | None) -> str | None:
    """Write an instant as Shanghai time with its offset."""
    return None if instant is None else instant.astimezone(SHANGHAI).isoformat()


def what_was_done(desk: Desk, order: Order, done: Carried) -> Answer:
    """Say what became of one order."""
    if done.repeated:
        sentence = f"{order.no}：这项办理此前已经生效（幂等键相同），没有再改动。"
        return Answer({"no": order.no, "repeated": True}, [sentence])
    document = {
        "no": done.no,
        "event": done.event,
        "state": done.state,
        "before": done.before,
        "lead_unit": done.unit,
        "repeated": False,
    }
    return Answer(document, [_sentence(desk, order, done)])


def _sentence(desk: Desk, order: Order, done: Carried) -> str:
    group, _, step = order.command.partition(".")
    what = STEPS_ZH[step] if step else COMMAND_ZH.get(group, group)
    unit = f"，主办单位 {desk.directory.name(done.unit)}" if done.unit else ""
    now = State(done.state).zh
    moved = f"现为“{now}”" if done.before != done.state else f"状态仍为“{now}”"
    return f"{done.no}：“{what}”已办理，{moved}{unit}。"
