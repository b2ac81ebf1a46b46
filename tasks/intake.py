"""Intake from files: a ledger becomes cases, once each."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from domain.errors import Misuse
from models.identity import Sealer
from models.intake import take_in
from models.intake_rows import Delivery, IntakeReport
from tasks.desk import Desk
from tasks.duplicates import settle
from tasks.reading.columns import match
from tasks.reading.files import open_table
from tasks.reading.incoming import understand
from tasks.reading.rows import RawRow, Table
from tasks.reading.words import line
from tasks.secrets import keys_for

_LONGEST_NAME = 200

Progress = Callable[[int], None]
"""Told after each batch how many rows it had."""


def intake_file(
    desk: Desk, path: Path, channel: str, progress: Progress = lambda _: None
) -> IntakeReport:
    """Take in a csv, xlsx or jsonl file through a channel (its code).

    The file is checked as a whole before its first row. Rows that came in before are counted as
    duplicates, rows that cannot be understood are rejected with a reason; the rest become cases.
    """
    _require_channel(desk, channel)
    return intake_table(desk, open_table(path), channel, path.name, progress)


def intake_rows(
    desk: Desk, rows: Iterable[Mapping[str, str]], channel: str, name: str
) -> IntakeReport:
    """Take in rows that are at hand, each a mapping from header to text, all with one header."""
    _require_channel(desk, channel)
    given = list(rows)
    headers = match(list(given[0])) if given else {}
    raw = (
        RawRow(number, {field: row[header] for field, header in headers.items()})
        for number, row in enumerate(given, start=2)
    )
    return intake_table(desk, Table(raw, len(given), headers), channel, name)


def intake_table(
    desk: Desk, table: Table, channel: str, name: str, progress: Progress = lambda _: None
) -> IntakeReport:
    """Take in a table that was found sound (``open_table``); ``name`` is kept as its origin.

    ``table.total`` says how many rows ``progress`` will be told of, where that is known.
    """
    _require_channel(desk, channel)
    sealer = Sealer(keys_for(desk.engine, desk.settings.home))
    delivery = Delivery(channel, line(name)[:_LONGEST_NAME], desk.now, desk.recorded_at)
    rows = (understand(raw, table.headers) for raw in table.rows)
    report = take_in(desk.engine, rows, delivery, sealer, progress)
    settle(desk)
    return report


def _require_channel(desk: Desk, channel: str) -> None:
    channels = desk.directory.channels
    if channel not in channels:
        known = "、".join(f"{code}（{name}）" for code, name in channels.items())
        raise Misuse(f"没有代码为“{channel}”的渠道，可用的渠道有：{known}。")
