"""What a replay must find, straight from the dates: `python -m tests.integration.answered FILE`.

Imports nothing of ours. Ordinary matters: the finish limit is five working days, ending at 18:00.
"""

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from chinese_calendar import is_workday

NINE, CLOSING = time(9), time(18)
DAY = timedelta(days=1)
TERM = 5
LADDER = {"yellow": -1, "red": 1, "criticism": 5, "raise": 10, "list": 20}
"""Working days from the day the limit ends; each rung comes at 09:00. Blue needs a longer limit."""

Times = tuple[datetime, datetime]
"""When a message was written and when it was answered, both Shanghai's wall clock."""


def expected(rows: Iterable[Times]) -> dict[str, Any]:
    """Count the cases, those overdue at their answer, and the rungs that daily checks find."""
    cases, overdue, fired = 0, 0, Counter[str]()
    for written, answered in rows:
        due = workday(written.date(), TERM)
        cases += 1
        overdue += answered > datetime.combine(due, CLOSING)
        fired.update(found(written, answered, due))
    return {
        "cases": cases,
        "overdue_at_answer": overdue,
        "fired": {f"finish.{rung}": count for rung, count in sorted(fired.items())},
    }


def found(written: datetime, answered: datetime, due: date) -> list[str]:
    """Look at a case at every 09:00 while it is open: the highest rung passed since counts.

    At 09:00 sharp a message is in before the check looks, and an answer is given before it.
    """
    instants = [datetime.combine(workday(due, days), NINE) for days in LADDER.values()]
    rungs = [(at, rung) for at, rung in zip(instants, LADDER, strict=True) if at > written]
    look = datetime.combine(written.date(), NINE)
    look += DAY * (look < written)
    result = []
    while look < answered and rungs:
        passed = [rung for at, rung in rungs if at <= look]
        result += passed[-1:]
        rungs = rungs[len(passed) :]
        look += DAY
    return result


def workday(day: date, count: int) -> date:
    """Give the count-th working day after a day, or before it."""
    step = DAY if count > 0 else -DAY
    while count:
        day += step
        count -= (1 if count > 0 else -1) * is_workday(day)
    return day


def moment(text: str) -> datetime:
    """Read `2019/4/25 9:32:09`, or a date alone, which counts as its 00:00."""
    form = "%Y/%m/%d %H:%M:%S" if ":" in text else "%Y/%m/%d"
    return datetime.strptime(text.strip(), form)  # noqa: DTZ007 - wall clock


def read(path: Path) -> list[Times]:
    """Read the times of a ledger."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [(moment(row["留言时间"]), moment(row["答复时间"])) for row in csv.DictReader(file)]


if __name__ == "__main__":
    print(json.dumps(expected(read(Path(sys.argv[1]))), indent=1))  # noqa: T201
