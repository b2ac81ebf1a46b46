"""Asking again: a few times within a pull, and at a lower pace once pulls keep failing."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from domain.errors import RectifyError
from models.feed_progress import Failure
from models.feeds import Feed
from tasks.feeds.trouble import Trouble

FAILURES = 3
"""Pulls that fail in a row before a source is tried less often, and the office is told."""
FIRST_REST = timedelta(minutes=20)
LONGEST_REST = timedelta(hours=2)
_DOUBLINGS = 5

T = TypeVar("T")


@dataclass(frozen=True)
class Pace:
    """How patiently a page is asked for: seconds between tries.

    A source may ask for a wait of up to ``longest_wait`` seconds within a pull; a longer one ends
    the pull until then.
    """

    waits: Sequence[float] = (1.0, 4.0)
    longest_wait: float = 30.0
    sleep: Callable[[float], None] = time.sleep


def patiently(ask: Callable[[], T], pace: Pace) -> T:
    """Ask until there is an answer, or ``Trouble`` that asking again would not end."""
    for wait in pace.waits:
        try:
            return ask()
        except Trouble as trouble:
            if not trouble.again or (trouble.after or 0) > pace.longest_wait:
                raise
            pace.sleep(max(wait, trouble.after or 0))
    return ask()


def failure(feed: Feed, error: RectifyError, now: datetime) -> Failure:
    """Say how a source stands after a pull that broke.

    What will not pass by itself counts as if it had happened three times already.
    """
    passing = isinstance(error, Trouble) and error.again
    failures = feed.failures + 1 if passing else max(feed.failures + 1, FAILURES)
    return Failure(error.sentence, failures, now, _rest(failures, error))


def _rest(failures: int, error: RectifyError) -> timedelta | None:
    """20, 40, 80 … minutes up to two hours from the third failure on; or what the source asks."""
    asked = isinstance(error, Trouble) and error.after
    wanted = min(timedelta(seconds=asked), LONGEST_REST) if asked else None
    if failures < FAILURES:
        return wanted
    doubled: timedelta = FIRST_REST * 2 ** min(failures - FAILURES, _DOUBLINGS)
    return max(min(doubled, LONGEST_REST), wanted or FIRST_REST)
