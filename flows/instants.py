"""Instants and days as operators type them."""

from datetime import date, datetime

from domain.calendar import SHANGHAI, at_hour
from domain.errors import Misuse

FIRST_YEAR, LAST_YEAR = 2010, 2100
"""Deadlines are computed for these years; a date outside them is a slip of the pen."""


def instant(text: str, what: str) -> datetime:
    """Read an ISO 8601 instant with its offset; ``what`` names the field in the refusal."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Misuse(f"{what}“{text}”看不懂，请写成 2026-03-02T10:00:00+08:00 的形式。") from None
    if found.tzinfo is None:
        raise Misuse(f"{what}“{text}”没有时区，请写成 2026-03-02T10:00:00+08:00 的形式。")
    return _bounded(found, text, what)


def day_or_instant(text: str, what: str) -> datetime:
    """Read a date, which means 09:00 of that day in Shanghai, or an instant."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return instant(text, what)
    return _bounded(at_hour(day, "09:00"), text, what)


def _bounded(found: datetime, text: str, what: str) -> datetime:
    # A year at the edge of what datetime holds cannot be moved into another zone.
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Misuse(f"{what}“{text}”不在 {FIRST_YEAR} 至 {LAST_YEAR} 年之间，请核对。")
    return found.astimezone(SHANGHAI)
