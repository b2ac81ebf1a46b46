"""A source tried: its first page fetched and understood, nothing written, no content shown."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.wording import mask
from models.channels import require_open_to_outside
from models.feeds import feed_named
from models.intake_rows import Rejected
from tasks.desk import Desk
from tasks.feeds.asking import asking_for
from tasks.feeds.fetching import Bounds, Source
from tasks.feeds.marks import asked_from, furthest, read_mark, write_mark
from tasks.feeds.pages import Page, read_page
from tasks.feeds.retrying import Pace, patiently
from tasks.feeds.rows import columns_of, keys_of, raw_rows
from tasks.feeds.shape import Shape
from tasks.reading.channel_columns import columns_for
from tasks.reading.rows import RawRow, Table
from tasks.reading.words import line
from tasks.understanding import Understanding

_SHOWN_KEYS = 30
_LONGEST_KEY = 40
_VALUE = re.compile("的值“.*”", re.DOTALL)
_PATIENT = Pace()


@dataclass(frozen=True)
class Column:
    """How a field is understood: where it stands, in how many rows, and its longest text."""

    field: str
    path: str
    filled: int
    longest: int


@dataclass(frozen=True)
class Trial:
    """What a first page showed.

    ``unknown`` are columns that no field takes, ``rejected`` the rows that intake would refuse,
    with reasons that name no value. ``asked_from`` is the ``since`` that was sent, ``reached`` the
    highest mark of the rows, ``ahead`` how many of them lie in the future.
    """

    size: int
    rows: int
    columns: Sequence[Column]
    unknown: Sequence[str]
    rejected: Sequence[tuple[int, str]]
    more: bool
    asked_from: str
    reached: str
    ahead: int


def try_feed(desk: Desk, name: str, pace: Pace = _PATIENT) -> Trial:
    """Ask a source for what its next pull would ask first; raises ``Trouble``."""
    feed = feed_named(desk.engine, name)
    asking = asking_for(desk, feed)
    shape = asking.shape
    since = asked_from(read_mark(feed.since, shape), shape, desk.now)
    source = Source(Bounds(shape.timeout, shape.most_bytes, shape.ca_file))
    try:
        answer = patiently(lambda: asking.ask(source, "", since), pace)
    finally:
        source.close()
    page = read_page(answer, shape)
    channel = require_open_to_outside(desk.engine, feed.channel)
    known = columns_for(channel.extra_fields, channel.columns)
    columns = columns_of(page.rows, shape, known) if page.rows else {}
    raws = raw_rows(page.rows, columns)
    reached, ahead = furthest(page.rows, shape, desk.now)
    return Trial(
        size=answer.size,
        rows=len(page.rows),
        columns=[_column(field, path, raws) for field, path in columns.items()],
        unknown=_unknown(page, shape, columns.values()),
        rejected=_rejected(Understanding(channel, desk.directory), raws, columns),
        more=asking.after("", page) is not None,
        asked_from=since,
        reached=write_mark(reached),
        ahead=ahead,
    )


def _column(field: str, path: str, raws: Sequence[RawRow]) -> Column:
    lengths = [len(text) for raw in raws if (text := line(raw.fields.get(field, "")))]
    return Column(field, path, len(lengths), max(lengths, default=0))


def _unknown(page: Page, shape: Shape, paths: Iterable[str]) -> list[str]:
    used = (*paths, shape.since_field)
    known = {path.partition(".")[0] for path in used} | {*used}
    names = (key for key in keys_of(page.rows) if key not in known)
    return [mask(line(name))[:_LONGEST_KEY] for name in list(names)[:_SHOWN_KEYS]]


def _rejected(
    understanding: Understanding, raws: Sequence[RawRow], columns: Mapping[str, str]
) -> list[tuple[int, str]]:
    """Say what intake would refuse; a column taken for another may hold a name: no value shows."""
    found = understanding.rows(Table(iter(raws), len(raws), columns))
    return [(row.row, _VALUE.sub("的值", row.reason)) for row in found if isinstance(row, Rejected)]
