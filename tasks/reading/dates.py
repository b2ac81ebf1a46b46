"""Instants as ledgers write them."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from openpyxl.utils.datetime import from_excel

from domain.calendar import SHANGHAI

_PATTERN = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:[T\s]*(?P<half>上午|下午)?\s*(?P<hour>\d{1,2})[:时](?P<minute>\d{1,2})"
    r"(?:[:分](?P<second>\d{1,2})(?:\.(?P<fraction>\d{1,9}))?秒?|分)?)?"
    r"\s*(?:(?P<utc>Z)|(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2}))?",
    re.ASCII,
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:[T\s]*(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?)?",
    re.ASCII,
)
_NOON = 12
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?", re.ASCII)
"""Days since 1899-12-30, as Excel keeps dates: 1954 to 2119."""
_YEARS = range(1990, 2101)


def read_date(text: str) -> datetime | None:
    """Read an instant, without an offset as Shanghai's, without a time as midnight.

    ``2019/4/25 9:32:09``, ``2018.4.24``, ``2019年4月25日 下午9时32分``, ``20190425``, ISO 8601,
    Excel's serial numbers; digits and signs may be full-width. ``None``: it is none, or far from
    our time.
    """
    given = unicodedata.normalize("NFKC", text)
    found = _PATTERN.fullmatch(given) or _COMPACT.fullmatch(given)
    try:
        moment = _built(found.groupdict()) if found else _serial(given)
    except ValueError:
        return None
    return moment if moment is not None and moment.year in _YEARS else None


def _built(given: Mapping[str, str | None]) -> datetime:
    def number(part: str) -> int:
        return int(given.get(part) or 0)

    return datetime(
        number("year"),
        number("month"),
        number("day"),
        _hour(number("hour"), given.get("half")),
        number("minute"),
        number("second"),
        int((given.get("fraction") or "")[:6].ljust(6, "0")),
        tzinfo=_zone(given),
    )


def _hour(hour: int, half: str | None) -> int:
    """The hour of the day; noon is 下午 12 时."""
    return hour + _NOON if half == "下午" and hour < _NOON else hour


def _zone(given: Mapping[str, str | None]) -> tzinfo:
    if given.get("utc"):
        return UTC
    hours, minutes = given.get("hours"), given.get("minutes")
    if hours is None or minutes is None:
        return SHANGHAI
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if given["sign"] == "-" else offset)


def _serial(text: str) -> datetime | None:
    if not _SERIAL.fullmatch(text):
        return None
    moment = from_excel(float(text))
    return moment.replace(tzinfo=SHANGHAI) if isinstance(moment, datetime) else None
