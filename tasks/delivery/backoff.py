"""When what failed is tried again: messages, which are parked in the end, and receivers."""

from datetime import timedelta
from random import Random

ATTEMPTS = 10
"""Tries before a message is parked."""

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=2)
FAILURES = 3
"""Rounds running in which a receiver was away before it is left alone."""

FIRST_REST = timedelta(minutes=5)
LONGEST_REST = timedelta(hours=1)
_DOUBLINGS = 10
"""More would pass every limit, and in the end what a duration can hold."""
_JITTER = 0.2


def delay(attempts: int, rng: Random) -> timedelta:
    """Give the wait after the ``attempts``-th failure: 1, 2, 4 … minutes, up to two hours.

    A fifth more or less, so that what failed together is not tried together.
    """
    return _doubled(FIRST_DELAY, attempts - 1, LONGEST_DELAY, rng)


def rest(failures: int, rng: Random) -> timedelta | None:
    """Give how long a receiver is left alone that was away in ``failures`` rounds running.

    Not at all after the first two; then 5, 10, 20 … minutes, up to an hour, a fifth more or less.
    """
    if failures < FAILURES:
        return None
    return _doubled(FIRST_REST, failures - FAILURES, LONGEST_REST, rng)


def _doubled(first: timedelta, times: int, longest: timedelta, rng: Random) -> timedelta:
    doubled: timedelta = first * 2 ** min(times, _DOUBLINGS)
    return min(doubled, longest) * rng.uniform(1 - _JITTER, 1 + _JITTER)
