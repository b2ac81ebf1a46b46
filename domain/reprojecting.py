"""What a change of calendar or policy makes of one running clock, and the words for why."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.budgets import budget
from domain.calendar import WorkCalendar, local_date
from domain.clocks import Clock, ClockOp, Op, Rules
from domain.limits import Limit
from domain.recomputing import Round, followed, reprojected

_NAMED = 3
"""Changed days that are named; the others are counted."""


@dataclass(frozen=True)
class Recount:
    """A clock before and after being counted again, and the operation that history keeps of it."""

    op: ClockOp
    done: Round
    before: Clock
    after: Clock

    @property
    def moved(self) -> bool:
        """Whether the deadline is another one."""
        return self.before.due_at != self.after.due_at

    @property
    def firm(self) -> bool:
        """Whether it no longer rests on a year that is not published."""
        return self.before.provisional and not self.after.provisional

    def overdue(self, now: datetime) -> bool:
        """Whether the holder, in time before, is late at once."""
        return self.after.overdue(now) and not self.before.overdue(now)


def rebudgeted(done: Round, kind: str, urgency: str, rules: Rules) -> Limit | None:
    """Give the new budget of a round under another policy; ``None`` where it stays as it is."""
    start = done[0][1]
    limit = budget(start, kind, urgency, rules.policy)
    return None if limit == start.limit else limit


def recount(done: Round, stood: Clock, limit: Limit | None, rules: Rules) -> Recount | None:
    """Count a clock again, with another budget if ``limit`` says so; ``None`` when nothing differs.

    ``done`` is its round, ``stood`` the clock as it is stored.
    """
    op = ClockOp(Op.REPROJECT, stood.kind, stood.slot, limit=limit)
    whole = followed(done, stood.started_at, op)
    after = reprojected(whole, stood, rules)
    return None if after == stood else Recount(op, whole, stood, after)


@dataclass(frozen=True)
class ChangedDays:
    """The days that are worked under one calendar and not under the other, in order, in words."""

    days: tuple[date, ...]
    words: tuple[str, ...]
    years: tuple[int, ...]

    @classmethod
    def between(
        cls, old: WorkCalendar, new: WorkCalendar, names: Mapping[date, str]
    ) -> "ChangedDays":
        """Compare two calendars; ``names`` says what the days of the new one are called."""
        either = old.rest ^ new.rest | old.work ^ new.work
        days = sorted(day for day in either if old.is_workday(day) != new.is_workday(day))
        words = tuple(_in_words(day, names.get(day), worked=new.is_workday(day)) for day in days)
        return cls(tuple(days), words, tuple(sorted(new.published - old.published)))

    def because(self, found: Recount) -> str:
        """Name the changed days that a clock was counted over, or the year that was published."""
        ends = [found.done[0][0], *(at for c in (found.before, found.after) for at in _reach(c))]
        first, last = bisect_left(self.days, local_date(min(ends))), local_date(max(ends))
        words = self.words[first : bisect_right(self.days, last)]
        if not words:
            return f"{'、'.join(map(str, self.years))} 年放假安排已公布" if self.years else ""
        more = f"等 {len(words)} 日" if len(words) > _NAMED else ""
        return "、".join(words[:_NAMED]) + more


def _in_words(day: date, name: str | None, *, worked: bool) -> str:
    kind = "上班" if worked else "休息"
    return f"{day} {name} {kind}" if name else f"{day} {kind}"


def _reach(clock: Clock) -> Iterable[datetime]:
    yield clock.due_at
    if clock.paused_at is not None:
        yield clock.paused_at


def policy_because(found: Recount, version: int) -> str:
    """Name the budget that the policy changed, or else its version."""
    if found.op.limit is not None:
        return f"时限 {found.before.limit.zh} → {found.op.limit.zh}"
    return f"规则第 {version} 版"
