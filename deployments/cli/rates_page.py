"""Return rates of units: over which days, and how they are shown."""

from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from domain.calendar import SHANGHAI, local_date
from domain.errors import Misuse
from models.return_rates import Period, Rate, return_rates
from tasks.artifacts.units import RATED
from tasks.desk import Desk


def period_of(desk: Desk, since: date | None = None, until: date | None = None) -> Period:
    """Give the period of two days, both whole; by default the last ones up to now."""
    last = until or local_date(desk.now)
    first = since or last - RATED
    if first > last:
        raise Misuse(f"起始日期 {first} 晚于截止日期 {last}，请改正。")
    return Period(_morning(first), _morning(last + timedelta(days=1)))


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def rate_document(rate: Rate) -> dict[str, Any]:
    """Put a rate into a document; the share is from 0, or nothing where nothing was given."""
    share = None if rate.share is None else round(rate.share, 4)
    return asdict(rate) | {"rate": share}


def percent(rate: Rate) -> str:
    """Write the share as people read it."""
    return "" if rate.share is None else f"{rate.share:.1%}"


def rate_of(desk: Desk, code: str) -> Rate:
    """Give a unit's rate over the last days."""
    found = return_rates(desk.engine, period_of(desk), code)
    return found[0] if found else Rate(code, 0, 0, 0, 0, 0)


def in_words(rate: Rate) -> str:
    """Say a unit's rate over the last days in a line."""
    share = f"，退单率 {percent(rate)}" if rate.given else ""
    return (
        f"近 {RATED.days} 日：交办 {rate.given}，退单 {rate.asked}{share}，"
        f"同意 {rate.upheld}，不同意 {rate.refused}。"
    )
