"""How often the deadline check comes round, and when it counts as missed."""

from datetime import datetime, timedelta

ROUND = timedelta(minutes=5)
STALE = 2 * ROUND
STALE_CODE = 3
"""The exit code of `deployments.stack.heartbeat` when the check is missed."""


def is_stale(seen: datetime | None, now: datetime) -> bool:
    """Whether the last check, at this instant if there was any, lies more than two rounds back."""
    return seen is None or now - seen > STALE
