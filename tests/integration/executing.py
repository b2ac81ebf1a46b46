"""What tests of executed commands share: commands to give, cases to give them to, what is left."""

from datetime import datetime, timedelta

from domain.case import Actor
from domain.codes import Role
from domain.commands import Command, Merge, Sign
from models.checking import CheckReport, Moment, fire_due
from models.executing import Item, Result, View
from models.verifying import verify
from tests.integration.conftest import MONDAY, OFFICE, Bench

UNIT = Actor(Role.UNIT, "shuiwu")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def sign(no: str, key: str = "") -> Item:
    return Item(no, lambda _: Sign(at=MONDAY, by=UNIT), key)


def merge(no: str, into: str) -> Item:
    def make(view: View) -> Command:
        return Merge(at=MONDAY, by=OFFICE, into=view.related[into], followers=len(view.followers))

    return Item(no, make, related=(into,))


def dispatched(
    bench: Bench, count: int = 1, at: datetime = MONDAY, unit: str = "shuiwu"
) -> list[str]:
    nos = [bench.open() for _ in range(count)]
    for no in nos:
        bench.dispatch(no, at, unit)
    return nos


def check(bench: Bench, days: float) -> CheckReport:
    at, report = MONDAY + days * DAY, CheckReport()
    fire_due(bench.engine, Moment(at, at), report)
    return report


def kinds(results: list[Result]) -> list[str]:
    return [type(result).__name__ for result in results]


def intact(bench: Bench) -> bool:
    return not verify(bench.engine).faults
