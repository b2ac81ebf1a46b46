"""Instants as ledgers write them."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from openpyxl.utils.datetime import from_excel

from domain.calendar import SHANGHAI

_PATTERN = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T\s]*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})(?:\.(\d{1,9}))?秒?|分)?)?"
    r"\s*(?:(Z)|([+-])(\d{2}):?(\d{2}))?",
    re.ASCII,
)
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?", re.ASCII)
"""Days since 1899-12-30, as Excel keeps dates: 1954 to 2119."""
_YEARS = range(1990, 2101)


def read_date(text: str) -> datetime | None:
    """Read an instant, without an offset as Shanghai's, without a time as midnight.

    ``2019/4/25 9:32:09``, ``2018/4/24``, ``2019年4月25日 9时32分``, ISO 8601, and Excel's serial
    numbers. ``None``: it is none, or far from our time.
    """
    found = _PATTERN.fullmatch(text)
    try:
        moment = _built(found) if found else _serial(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.year in _YEARS else None


def _built(found: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second, fraction = found.groups("0")[:7]
    return datetime(
        int(year),
        int(month),
        int(day),
        int(hour),
        int(minute),
        int(second),
        int(fraction[:6].ljust(6, "0")),
        tzinfo=_zone(*found.groups()[7:]),
    )


def _zone(utc: str | None, sign: str | None, hours: str | None, minutes: str | None) -> tzinfo:
    if utc:
        return UTC
    if hours is None or minutes is None:
        return SHANGHAI
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)


def _serial(text: str) -> datetime | None:
    if not _SERIAL.fullmatch(text):
        return None
    moment = from_excel(float(text))
    return moment.replace(tzinfo=SHANGHAI) if isinstance(moment, datetime) else None
