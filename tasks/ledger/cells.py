"""What stands in a cell: nothing that a spreadsheet would run, and the same text when read."""

from datetime import date, datetime, timedelta
from zlib import crc32

from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE

from domain.calendar import SHANGHAI

_STARTS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""Of full width as well: East Asian spreadsheets take those for the same."""
_STARTS_A_CELL = ("\t", "\r", "\n")
_GUARD = "'"
_HALF = timedelta(seconds=30)
"""Spreadsheets keep instants as fractions of days, which may fall short of the minute."""
_LONGEST = 32_767
"""Characters of a cell, by Excel's own limit."""


def harmless(text: str) -> str:
    """Give a text that stays text: what could start a formula is guarded by an apostrophe.

    For every cell that is exported, to a workbook or as CSV; ``unguarded`` gives the text back.
    """
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)
    risky = clean.lstrip().startswith(_STARTS_A_FORMULA) or clean in ERROR_CODES
    if risky or clean.startswith((*_STARTS_A_CELL, _GUARD)):
        clean = _GUARD + clean
    return clean[:_LONGEST]


def unguarded(text: str) -> str:
    """Give the text that ``harmless`` guarded."""
    return text.removeprefix(_GUARD)


def wall_clock(at: datetime | None) -> datetime | None:
    """Give an instant as cells keep it: Shanghai time to the minute, without a zone."""
    if at is None:
        return None
    return at.astimezone(SHANGHAI).replace(tzinfo=None, second=0, microsecond=0)


def as_text(value: object) -> str:
    """Give the text of a cell, the same however a spreadsheet program saved it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value + _HALF:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d} 00:00"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def digest(*values: object) -> str:
    """Tell cells apart that were changed: not a secret, only short."""
    joined = "\x1f".join(map(as_text, values))
    return f"{crc32(joined.encode()):08x}"
