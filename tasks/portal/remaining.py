"""The time that is left, in words."""

from datetime import datetime

from domain.calendar import SHANGHAI, local_date

_NEAR = {0: "今天", 1: "明天", 2: "后天"}


def time_left(due_at: datetime, now: datetime) -> str:
    """Say how long until (or since) a deadline: 今天 18:00 前、还有 5 天、已超期 2 天."""
    clock = f"{due_at.astimezone(SHANGHAI):%H:%M}"
    days = (local_date(due_at) - local_date(now)).days
    if due_at < now:
        return f"已超期 {-days} 天" if days else f"今天 {clock} 已超期"
    return f"{_NEAR[days]} {clock} 前" if days in _NEAR else f"还有 {days} 天"
