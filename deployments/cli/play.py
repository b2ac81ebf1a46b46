"""The sample campaign as a program: `python -m deployments.cli.play LEDGER DATABASE [DAY]`.

Apart from the other commands because it loads Prefect. Says how it went as one JSON line.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

from prefect import State

from deployments.cli.progress import progress
from flows.campaign import LAST_DAY, WATCH, campaign
from tasks.campaign.timetable import Moment


def main(ledger: str, database: str, until: str = "") -> int:
    """Play it to its end; 1 with the reason on standard error when it did not get there."""
    last = date.fromisoformat(until) if until else LAST_DAY
    with progress("推演样例专项行动", 100) as advance:
        state = asyncio.run(_played(ledger, last, database, advance))
    if not state.is_completed():
        sys.stderr.write(f"{state.message}\n")
        return 1
    surprises = asyncio.run(state.aresult(raise_on_failure=False))
    document = {"database": database, "message": state.message, "surprises": surprises}
    sys.stdout.write(f"{json.dumps(document, ensure_ascii=False)}\n")
    return 0


async def _played(
    ledger: str, last: date, database: str, advance: Callable[[int], None]
) -> State[Any]:
    shown = 0

    def watch(share: float, _moment: Moment) -> None:
        nonlocal shown
        advance(int(share) - shown)
        shown = int(share)

    WATCH.set(watch)
    return await campaign(ledger=ledger, until=last, database=database, return_state=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
