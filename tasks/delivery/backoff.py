"""When a failed message is tried again, and when it is parked for an operator."""

from datetime import timedelta
from random import Random

ATTEMPTS = 10
"""Tries before a message is parked."""

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=2)
_JITTER = 0.2


def delay(attempts: int, rng: Random) -> timedelta:
    """Give the wait after the ``attempts``-th failure: 1, 2, 4 … minutes, up to two hours.

    A fifth more or less, so that what failed together is not tried together.
    """
    doubled: timedelta = FIRST_DELAY * 2 ** (min(attempts, ATTEMPTS) - 1)
    return min(doubled, LONGEST_DELAY) * rng.uniform(1 - _JITTER, 1 + _JITTER)
