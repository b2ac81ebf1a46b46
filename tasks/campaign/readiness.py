"""Who acts at a moment of the simulated campaign: pure, from how the cases stand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calendar import WorkCalendar, local_date
from domain.codes import RUNGS, Rung, State
from models.standings import Standing
from tasks.campaign.acts import Act, Wait
from tasks.campaign.ledger import Problem
from tasks.campaign.scripts import SCRIPTS

OVER = frozenset({State.CLOSED, State.VERIFIED})


@dataclass
class Player:
    """One problem and how far its script has come; ``since`` is when its last act was done."""

    problem: Problem
    since: datetime
    done: int = 0

    @property
    def next(self) -> Act | None:
        """The act that comes next, ``None`` at the end of the script."""
        script = SCRIPTS[self.problem.script]
        return script[self.done] if self.done < len(script) else None

    def advance(self, now: datetime) -> None:
        """Go on to the next act."""
        self.done += 1
        self.since = now


def ready(
    players: Iterable[Player],
    standings: Mapping[str, Standing],
    now: datetime,
    calendar: WorkCalendar,
) -> Iterator[tuple[Player, Act, Standing]]:
    """Give everyone whose next act is due now; acts without ground are passed over."""
    for player in players:
        standing = standings.get(player.problem.number)
        if standing is None:
            continue
        while (act := player.next) is not None and _groundless(act, player.problem, standing):
            player.done += 1
        if act is not None and _met(act.wait, standing, player.since, now, calendar):
            yield player, act, standing


def _groundless(act: Act, problem: Problem, standing: Standing) -> bool:
    if not act.optional:
        return False
    over = standing.state in OVER
    return {
        "contact": not standing.reachable,
        "interim": not standing.reachable,
        "assist_sign": not problem.assisting,
        "opinion": not problem.assisting,
        "callback": over and not standing.callback_open,
        "recheck": over and standing.recheck_due is None,
    }[act.verb]


def _met(
    wait: Wait, standing: Standing, since: datetime, now: datetime, calendar: WorkCalendar
) -> bool:
    today = local_date(now)
    return (
        now > since
        and today >= calendar.add_workdays(local_date(since), wait.wd)
        and now >= since + timedelta(days=wait.days)
        and wait.state in ("", standing.state)
        and (not wait.request or wait.request in standing.requests)
        and (not wait.rung or _fired(standing.rung, Rung(wait.rung)))
        and (not wait.signed_off or standing.signed_off)
        and (wait.before_due is None or _near(standing.due_at, wait.before_due, now, calendar))
        and (not wait.recheck or _near(standing.recheck_due, 1, now, calendar))
    )


def _fired(rung: Rung | None, wanted: Rung) -> bool:
    return rung is not None and RUNGS.index(rung) >= RUNGS.index(wanted)


def _near(due: datetime | None, workdays: int, now: datetime, calendar: WorkCalendar) -> bool:
    if due is None:
        return False
    return local_date(now) >= calendar.add_workdays(local_date(due), -workdays)
