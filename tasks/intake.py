"""Intake from files: a ledger becomes cases, once each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.errors import Refused
from models.channels import IntakeChannel, read_channel
from models.identity import Sealer
from models.intake import take_in
from models.intake_rows import Delivery, IntakeReport
from tasks.channels import brought_by, save_columns
from tasks.desk import Desk
from tasks.duplicates import settle
from tasks.reading.channel_columns import FIELD_ZH, columns_for, read_mapping
from tasks.reading.columns import Columns, Headers, Wordless, match, plain
from tasks.reading.files import open_table
from tasks.reading.rows import RawRow, Table
from tasks.reading.words import line
from tasks.secrets import keys_for
from tasks.understanding import Understanding

_LONGEST_NAME = 200

Progress = Callable[[int], None]
"""Told after each batch how many rows it had."""


@dataclass(frozen=True)
class Asked:
    """How a file is to be taken in, beyond its channel.

    ``by`` is the unit that brings it by itself (code, name or alias; empty: the office does).
    ``mapping`` are ``字段=列名`` pairs over the channel's saved ones; ``save`` keeps them, in the
    name of ``actor``.
    """

    by: str = ""
    mapping: Sequence[str] = ()
    save: bool = False
    actor: str = ""


AS_USUAL = Asked()


def intake_file(
    desk: Desk,
    path: Path,
    channel: str,
    progress: Progress = lambda _: None,
    asked: Asked = AS_USUAL,
) -> IntakeReport:
    """Take in a csv, xlsx or jsonl file through a channel (its code).

    The file is checked as a whole before its first row. Rows that came in before are counted as
    duplicates, rows that cannot be understood are rejected with a reason; the rest become cases.
    """
    kind = read_channel(desk.engine, channel)
    unit = brought_by(desk, kind, asked.by)
    table = opened(path, kind, asked.mapping)
    if asked.save:
        save_columns(desk, kind, asked.mapping, asked.actor)
    return _take(desk, table, _Source(kind, path.name, unit), progress)


def opened(path: Path, kind: IntakeChannel, pairs: Sequence[str] = ()) -> Table:
    """Open a file of a channel, ``pairs`` being mapped over what is saved.

    Refuses a file that says nothing, and a column named now that the file lacks.
    """
    mapping = read_mapping(pairs, kind.extra_fields, kind.columns)
    try:
        table = open_table(path, columns_for(kind.extra_fields, mapping))
    except Wordless as wordless:
        raise _with_advice(wordless, kind.code) from None
    _check_named(table, read_mapping(pairs, kind.extra_fields))
    return table


def intake_rows(
    desk: Desk, rows: Iterable[Mapping[str, str]], channel: str, name: str, by: str = ""
) -> IntakeReport:
    """Take in rows that are at hand, each a mapping from header to text, all with one header."""
    kind = read_channel(desk.engine, channel)
    given = list(rows)
    headers = _matched(given, columns_for(kind.extra_fields, kind.columns))
    raw = (
        RawRow(number, {field: row[header] for field, header in headers.items()})
        for number, row in enumerate(given, start=2)
    )
    unit = brought_by(desk, kind, by)
    table = Table(raw, len(given), headers)
    return _take(desk, table, _Source(kind, name, unit), lambda _: None)


def intake_table(
    desk: Desk, table: Table, channel: str, name: str, progress: Progress = lambda _: None
) -> IntakeReport:
    """Take in a table that was found sound (``open_table``); ``name`` is kept as its origin.

    ``table.total`` says how many rows ``progress`` will be told of, where that is known.
    """
    return _take(desk, table, _Source(read_channel(desk.engine, channel), name), progress)


@dataclass(frozen=True)
class _Source:
    """Where a table comes from: its channel, its name, and the unit that brings it by itself."""

    channel: IntakeChannel
    name: str
    unit: str = ""


def _take(desk: Desk, table: Table, source: _Source, progress: Progress) -> IntakeReport:
    sealer = Sealer(keys_for(desk.engine, desk.settings.home))
    delivery = Delivery(
        source.channel.code,
        line(source.name)[:_LONGEST_NAME],
        desk.now,
        desk.recorded_at,
        by_unit=source.unit,
    )
    understanding = Understanding(source.channel, desk.directory)
    report = take_in(desk.engine, understanding.rows(table), delivery, sealer, progress)
    report.rechecks = tuple(one.no for one in settle(desk).rechecks)
    report.notes = table.notes
    return understanding.tell(report)


def _matched(rows: Sequence[Mapping[str, str]], columns: Columns) -> Mapping[str, str]:
    return match(list(rows[0]), columns) if rows else {}


def _check_named(table: Table, named: Mapping[str, str]) -> None:
    """Refuse a column named now that the file lacks: it is a slip, not another form of file."""
    for field, header in named.items():
        if plain(table.headers.get(field, "")) != plain(header):
            given = table.headers.given if isinstance(table.headers, Headers) else ()
            has = f"，现有的列是：{'、'.join(filter(None, given))}" if given else ""
            raise Refused(f"文件没有列“{header}”（用作“{FIELD_ZH[field]}”）{has}。")


def _with_advice(wordless: Wordless, channel: str) -> Refused:
    said = wordless.sentence.removesuffix("。")
    return Refused(f"{said}；列名不同的请用 ./rectify channel map {channel} 内容=列名 对应。")
