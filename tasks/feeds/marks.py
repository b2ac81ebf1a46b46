"""Marks on a source's own scale: how far it was read, and from where it is asked again."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from domain.calendar import SHANGHAI
from domain.errors import Misuse
from tasks.feeds.paths import dig
from tasks.feeds.shape import Shape
from tasks.reading.dates import read_date
from tasks.reading.words import line

_PER_SECOND = {"epoch": 1, "epoch_ms": 1000}
_DIGITS = 15
Mark = datetime | int
"""An instant (aware), or a number where the source counts."""


def read_mark(text: str, shape: Shape) -> Mark | None:
    """Read a mark as it is kept; an empty one is none."""
    if not text:
        return None
    return int(text) if shape.since_format == "number" else datetime.fromisoformat(text)


def write_mark(mark: Mark | None) -> str:
    """Write a mark as it is kept."""
    if mark is None:
        return ""
    return str(mark) if isinstance(mark, int) else mark.astimezone(UTC).isoformat()


def mark_given(text: str, shape: Shape) -> str:
    """Read what an operator typed as a mark; refused when it is none."""
    found = _mark(text, shape)
    if text and (found is None or not shape.since_param):
        raise Misuse(f"since={text[:40]} 与 since_format（{shape.since_format}）不符，请改正。")
    return write_mark(found)


def asked_from(mark: Mark | None, shape: Shape, now: datetime) -> str:
    """Write from where rows are asked for: before the mark, and never from the future."""
    if mark is None:
        return ""
    if isinstance(mark, int):
        return str(max(0, mark - shape.overlap))
    start = min(mark, now) - timedelta(minutes=shape.overlap)
    if shape.since_format in _PER_SECOND:
        return str(int(start.timestamp() * _PER_SECOND[shape.since_format]))
    local = start.astimezone(SHANGHAI)
    return local.isoformat() if shape.since_format == "iso" else f"{local:%Y-%m-%d %H:%M:%S}"


def furthest(rows: Iterable[object], shape: Shape, now: datetime) -> tuple[Mark | None, int]:
    """Give the highest mark of rows, whatever their order, and how many lie in the future.

    What a fast clock dates ahead of ``now`` does not count: the cursor would pass what is to come.
    """
    if not shape.since_field:
        return None, 0
    found = [_mark(dig(row, shape.since_field), shape) for row in rows]
    numbers = [mark for mark in found if isinstance(mark, int)]
    times = [mark for mark in found if isinstance(mark, datetime)]
    past = [mark for mark in times if mark <= now]
    return max(numbers, default=None) or max(past, default=None), len(times) - len(past)


def further(one: Mark | None, other: Mark | None) -> Mark | None:
    """Give the higher of two marks of one scale."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return max(one, other)
    if isinstance(one, int) and isinstance(other, int):
        return max(one, other)
    return one if other is None else other


def _mark(value: object, shape: Shape) -> Mark | None:
    text = line(str(value)) if isinstance(value, (str, int)) else ""
    if not text.isdigit():
        return None if shape.since_format == "number" else read_date(text)
    if not text.isascii() or len(text) > _DIGITS:
        return None
    if shape.since_format == "number":
        return int(text)
    return _epoch(int(text), _PER_SECOND.get(shape.since_format))


def _epoch(number: int, per_second: int | None) -> datetime | None:
    if per_second is None:
        return None
    try:
        return datetime.fromtimestamp(number / per_second, UTC)
    except (ValueError, OverflowError, OSError):
        return None
