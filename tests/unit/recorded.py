"""Cases walked through commands and checks, with the record that an explanation rests on."""

from dataclasses import dataclass, field, replace
from typing import Any

from domain.apply import apply
from domain.case import SYSTEM, Case
from domain.clocks import ClockOp, Op, Rules
from domain.codes import RUNGS, ClockKind
from domain.commands import Accept, Command, Dispatch, EndNotice, Review, Sign, SignOff, Submit
from domain.detecting import opening
from domain.explaining import explain, paragraphs
from domain.explaining_record import Card, Entry, Record, steps
from domain.ladder import passed
from domain.limits import Limit
from tests.unit.casework import RULES, a_case, order, t

NAMES = {"shuiwu": "市水务局", "zhujian": "市住建局", "office": "专项行动办公室"}


@dataclass
class Recorded:
    """A case from its detection on; commands and checks add to its record."""

    case: Case
    entries: list[Entry] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)

    def __post_init__(self) -> None:
        ops = opening(self.case.urgency, self.case.detected_at, RULES)
        self.entries.append(Entry(self.case.detected_at, "detected", str(SYSTEM), ops, RULES))

    def give(self, *commands: Command) -> "Recorded":
        """Give commands one after the other."""
        for command in commands:
            done = apply(self.case, command, RULES)
            self.case, change = done.after, done.change
            said = (done.actor, change.clocks, RULES, done.claimed_name, change.detail)
            self.entries.append(Entry(done.at, change.event, *said))
        return self

    def check(self, when: str) -> "Recorded":
        """Fire what is due by ``when``, as the deadline check does."""
        at, ops = t(when), list[ClockOp]()
        for clock in self.case.running():
            rungs = passed(clock.ladder, clock.rung, at)
            for rung in rungs:
                due = clock.ladder[RUNGS.index(rung)]
                assert due is not None
                self.cards.append(Card(clock.key, rung, due, at, coalesced=rung is not rungs[-1]))
            if rungs:
                ops.append(ClockOp(Op.FIRE, clock.kind, clock.slot, rung=rungs[-1]))
        self.entries.append(Entry(at, "fired", str(SYSTEM), tuple(ops), RULES))
        clocks = self.record().steps[-1].after
        self.case = replace(self.case, clocks=clocks, last_event_at=at)
        return self

    def reproject(self, when: str, rules: Rules, cause: str, limit: str = "") -> "Recorded":
        """Count the finish clock again under other rules."""
        op = ClockOp(Op.REPROJECT, ClockKind.FINISH, limit=Limit.parse(limit) if limit else None)
        detail = {"cause": cause}
        self.entries.append(Entry(t(when), "reprojected", "office", (op,), rules, "", detail))
        self.case = replace(self.case, clocks=self.record().steps[-1].after)
        return self

    def record(self) -> Record:
        """Give what the explanation of the case rests on."""
        return Record(self.case, RULES, tuple(steps(self.entries)), tuple(self.cards))

    def told(self, when: str) -> list[str]:
        """Explain the case at ``when``."""
        return explain(self.record(), t(when), NAMES)

    def of(self, kind: ClockKind, when: str) -> list[str]:
        """Give what is said about the first clock of a kind that has not stopped."""
        every = paragraphs(self.record(), t(when), NAMES)
        return next(list(said) for said in every if said[0].startswith(f"【{kind.zh}】"))


def dispatched(when: str = "03-02 10:00", **fields: Any) -> Recorded:  # noqa: ANN401 those of a case
    """Dispatch a case that was detected at nine."""
    case = a_case(f"{when[:-5]}09:00", **fields)
    return Recorded(case).give(order(Dispatch, when))


def working(**fields: Any) -> Recorded:  # noqa: ANN401 those of a case
    """Dispatch a case on Monday 2 March and let the unit sign."""
    return dispatched(**fields).give(order(Sign, "03-02 11:00"))


def closed() -> Recorded:
    """Take a case that harms the environment to its closing."""
    return working().give(
        order(Submit, "03-04 15:00"),
        order(Accept, "03-05 10:00"),
        order(EndNotice, "03-12 18:00"),
        order(SignOff, "03-13 10:00"),
        order(Review, "03-13 16:00"),
    )
