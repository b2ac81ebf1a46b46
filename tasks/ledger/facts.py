"""What the cells of the lists say about a case. Free text is masked; the body never stands here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.codes import (
    ClockKind,
    Environment,
    Kind,
    Mode,
    Result,
    State,
    Term,
    Urgency,
)
from domain.limits import Limit
from domain.referring import WITHHELD, unless_withheld
from domain.wording import mask
from models.disclosures import PARTY_WITHHELD
from models.ledger import Entry, ListedClock, ListedEvent
from tasks.ledger.cells import wall_clock

_SETBACKS = ("relapsed", "rehandled", "redispatched", "submission_rejected", "objection_upheld")
"""After these the unit has to finish anew: what was reached before counts no more."""
_LONGEST_REPLY = 1000
_FOLLOWERS_NAMED = 20


@dataclass(frozen=True)
class Facts:
    """What the cells need besides the case: names by code, heads by unit, the time (aware)."""

    units: Mapping[str, str]
    channels: Mapping[str, str]
    heads: Mapping[str, str]
    now: datetime


Cell = Callable[[Entry, Facts], object]


def plain(name: str) -> Cell:
    """A column of the case as it is."""
    return lambda entry, _: entry.row[name]


def instant(name: str) -> Cell:
    """An instant of the case."""
    return lambda entry, _: wall_clock(entry.row[name])


def flag(name: str, word: str) -> Cell:
    """A word where something is so, nothing where not."""
    return lambda entry, _: word if entry.row[name] else ""


def unit(name: str) -> Cell:
    """The name of a unit."""
    return lambda entry, facts: facts.units.get(entry.row[name], entry.row[name])


def since(event: str) -> Cell:
    """When an event last happened, unless a setback came after it."""
    return lambda entry, _: wall_clock(_reached(entry, event))


def subject(entry: Entry, _facts: Facts) -> str:
    """What the case is about."""
    return unless_withheld(mask(entry.row["subject"]), entry.row["state"])


def party(entry: Entry, _facts: Facts) -> str:
    """The firm or project concerned; nothing where that is kept from the units."""
    if entry.row["party"] and entry.row["party_hidden"]:
        return PARTY_WITHHELD
    return WITHHELD if _confidential(entry) and entry.row["party"] else mask(entry.row["party"])


def channel(entry: Entry, facts: Facts) -> str:
    """Where it came from."""
    return facts.channels.get(entry.row["channel"], "")


def _term(kind: type[Term], name: str) -> Callable[[Entry, Facts], str]:
    return lambda entry, _: kind(entry.row[name]).zh if entry.row[name] else ""


environment = _term(Environment, "environment")
kind = _term(Kind, "kind")
urgency = _term(Urgency, "urgency")
mode = _term(Mode, "mode")
result = _term(Result, "result")
state = _term(State, "state")


lead_state = _term(State, "lead_state")
"""How the lead stands that a merged case follows."""


def followers(entry: Entry, _facts: Facts) -> str:
    """The numbers of the cases that follow it, the first of many."""
    nos: list[str] = entry.row["followers"]
    more = f"等 {len(nos)} 件" if len(nos) > _FOLLOWERS_NAMED else ""
    return "、".join(nos[:_FOLLOWERS_NAMED]) + more


def follower_count(entry: Entry, _facts: Facts) -> int | None:
    """How many cases follow it; nothing where none does."""
    return len(entry.row["followers"]) or None


def head(entry: Entry, facts: Facts) -> str:
    """The first responsible person of the lead unit."""
    return facts.heads.get(entry.row["lead_unit"], "")


def assisting(entry: Entry, facts: Facts) -> str:
    """The names of the assisting units."""
    return "、".join(facts.units.get(code, code) for code in entry.row["assisting"])


def limit(entry: Entry, _facts: Facts) -> str:
    """The limit of the finish clock."""
    clock = _clock(entry, ClockKind.FINISH)
    return Limit.parse(clock.limit).zh if clock else ""


def due(entry: Entry, _facts: Facts) -> datetime | None:
    """When the unit has to have finished."""
    clock = _clock(entry, ClockKind.FINISH)
    return wall_clock(clock.due_at) if clock else None


def late(entry: Entry, facts: Facts) -> str:
    """Whether the unit finished late, or has not and should have."""
    clock = _clock(entry, ClockKind.FINISH)
    over = clock is not None and (clock.stopped_at or facts.now) > clock.due_at
    return "逾期" if over else ""


def measures(entry: Entry, _facts: Facts) -> str:
    """What the unit last said it did."""
    if _confidential(entry):
        return WITHHELD if entry.reply else ""
    return mask(" ".join(entry.reply.split()))[:_LONGEST_REPLY]


def notice_until(entry: Entry, _facts: Facts) -> datetime | None:
    """Until when the closing is announced, or was; nothing before it was."""
    clock = _clock(entry, ClockKind.NOTICE)
    started = clock is not None and clock.started_at >= entry.row["dispatched_at"]
    return wall_clock(clock.due_at) if clock and started and _reached(entry, "accepted") else None


def callback(entry: Entry, _facts: Facts) -> str:
    """What the reporter last said."""
    said, again = _event(entry, "called_back"), _event(entry, "rehandled")
    if again and (said is None or again.seq > said.seq):
        return "未解决或不满意"
    return "已解决、满意" if said else ""


def last_recheck(entry: Entry, _facts: Facts) -> datetime | None:
    """When the case was last looked at again."""
    last = max(_looks(entry), default=None, key=lambda look: look[0].seq)
    return wall_clock(last[0].at) if last else None


def recheck_finding(entry: Entry, _facts: Facts) -> str:
    """What was found then."""
    last = max(_looks(entry), default=None, key=lambda look: look[0].seq)
    return last[1] if last else ""


def next_recheck(entry: Entry, _facts: Facts) -> datetime | None:
    """When it is looked at next."""
    ahead = (
        clock.due_at
        for clock in entry.clocks
        if clock.kind == ClockKind.RECHECK and clock.stopped_at is None
    )
    return wall_clock(min(ahead, default=None))


def _looks(entry: Entry) -> Iterator[tuple[ListedEvent, str]]:
    for event, finding in (("recheck_passed", "合格"), ("relapsed", "不合格")):
        found = _event(entry, event)
        if found is not None:
            yield found, finding


def _event(entry: Entry, event: str) -> ListedEvent | None:
    return (entry.events or {}).get(event)


def _reached(entry: Entry, event: str) -> datetime | None:
    found = _event(entry, event)
    setbacks = [back.seq for name in _SETBACKS if (back := _event(entry, name))]
    return found.at if found and found.seq > max(setbacks, default=0) else None


def _clock(entry: Entry, kind: ClockKind) -> ListedClock | None:
    return next((clock for clock in entry.clocks if clock.kind == kind), None)


def _confidential(entry: Entry) -> bool:
    return Mode(entry.row["mode"]) is Mode.DISCIPLINE or State(entry.row["state"]) is State.REFERRED
