"""A list of holidays for 2027 as it might be published, and desks at which it is loaded."""

from datetime import date, datetime
from pathlib import Path

from domain.calendar import SHANGHAI
from models.calendars import Day, Kind
from tasks.desk import Desk
from tasks.settings import Settings
from tests.integration.conftest import Bench

YEARS = {2027: "测试文件"}
EVE = datetime(2026, 12, 31, 10, 0, tzinfo=SHANGHAI)
"""The last working day of the year; with the list, the next one is Monday the 4th."""


def day(month: int, number: int, name: str, kind: Kind = "rest", year: int = 2027) -> Day:
    return Day(date(year, month, number), kind, name, "测试文件")


DAYS = (
    day(1, 1, "元旦"),
    day(2, 5, "除夕"),
    *(day(2, number, "春节") for number in (8, 9, 10, 11)),
    day(2, 14, "春节调休上班", "work"),
)


def desk(bench: Bench, at: datetime) -> Desk:
    """A desk at the database of the bench at a business time."""
    name = str(bench.engine.url.database)
    return Desk(Settings(Path("/nowhere")), name, bench.engine, at, at)
