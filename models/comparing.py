"""Cases that came in, compared with those there are: batch after batch, whoever begins.

Intake only notes which cases wait, in the transaction that opens them. A batch is a transaction of
its own: killed anywhere, the next one goes on with the case after the last that was compared.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat

from sqlalchemy import Connection, Engine

from domain.fingerprints import CHARACTERS
from models.comparing_statements import AWAIT, AWAIT_ALL, COMPARED, OWED, PENDING, TAKE
from models.engine import session_lock, transaction
from models.similar import Entry, enter
from models.similar_counts import Counts

BATCH = 5_000
"""Cases a transaction: large enough to be set-based, small enough to be soon over."""
_LOOKED_AT = CHARACTERS + 1
"""Characters of a body that are read: one more, to know that it goes on."""
_ALONE = 0x5EC7D0B1
"""Advisory lock of whoever compares, so that two at once do not count the same shingles."""


@dataclass
class Compared:
    """How many cases were compared, and how many earlier ones were suggested to them.

    ``held`` says that somebody else was comparing; then nothing was done.
    """

    cases: int = 0
    suggested: int = 0
    held: bool = False


def await_comparing(connection: Connection) -> None:
    """Note that the cases of the present stage of intake wait, unless comparing is switched off."""
    connection.exec_driver_sql(AWAIT)


def await_all(engine: Engine) -> int:
    """Note that all cases wait that came in while comparing was switched off; give how many."""
    with transaction(engine) as connection:
        return connection.exec_driver_sql(AWAIT_ALL).rowcount


def pending(engine: Engine) -> int:
    """Count what waits to be compared."""
    with transaction(engine) as connection:
        return int(connection.exec_driver_sql(PENDING).scalar_one())


def owed(engine: Engine) -> bool:
    """Whether cases wait to be compared, or anything that was suggested calls for the system."""
    with transaction(engine) as connection:
        return bool(connection.exec_driver_sql(OWED).scalar_one())


def switched_on(engine: Engine) -> bool:
    """Whether new cases are compared."""
    with transaction(engine) as connection:
        return bool(connection.exec_driver_sql(COMPARED).scalar_one())


def compare_pending(
    engine: Engine,
    at: datetime,
    progress: Callable[[int], None] = lambda _: None,
    batches: int | None = None,
) -> Compared:
    """Compare what waits, in the order it came in, at most so many ``batches``.

    ``at`` is business time (aware), noted with what is suggested; how long ago another case was
    closed is counted from when the compared one came in. ``progress`` is told after each batch how
    many cases it had.
    """
    done = Compared()
    counts = Counts()
    with session_lock(engine, _ALONE) as free:
        done.held = not free
        for _ in repeat(None) if batches is None else repeat(None, batches):
            cases = _batch(engine, counts, at, done) if free else 0
            if not cases:
                break
            progress(cases)
    return done


def _batch(engine: Engine, counts: Counts, at: datetime, done: Compared) -> int:
    """Compare a batch; give how many cases it had."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(TAKE, {"most": BATCH, "characters": _LOOKED_AT})
        entries = [Entry(*row) for row in rows]
        suggested = enter(connection, entries, counts, at) if entries else 0
    done.cases += len(entries)
    done.suggested += suggested
    return len(entries)
