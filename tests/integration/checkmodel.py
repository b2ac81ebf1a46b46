"""The deadline check in plain Python, to compare the real one with."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.codes import RUNGS, Rung
from domain.ladder import next_rung, passed
from models.checking import CheckReport, Moment, fire_due
from tests.integration.conftest import Bench

CASES = 4
CLOCKS = 5 * CASES
"""Those of cases just dispatched."""
AUTOMATIC = 3
"""The highest rung that fires by itself."""


def as_rung(rung: int) -> Rung | None:
    return RUNGS[rung - 1] if rung else None


@dataclass
class State:
    """What a check leaves behind, as the database has it or as the model says it must be."""

    fired: set[tuple[Any, ...]] = field(default_factory=set)
    clocks: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)
    seqs: dict[int, int] = field(default_factory=dict)
    cards: dict[tuple[Any, ...], set[str]] = field(default_factory=dict)
    proposals: dict[int, int] = field(default_factory=dict)


def modelled(bench: Bench, now: datetime) -> State:
    """Say in plain Python what a check at ``now`` must leave behind."""
    model = State()
    rows: list[tuple[Any, ...]] = bench.rows(
        "select k.id, k.case_id, k.kind, k.slot, k.holder, k.revision, k.ladder, k.rung, k.next_at,"
        " c.level, c.seq, c.last_event_at from clock k join rectification_case c"
        " on c.id = k.case_id"
    )
    for id_, case_id, kind, slot, holder, revision, rungs, old, next_at, level, seq, last in rows:
        model.levels.setdefault(case_id, level)
        model.seqs.setdefault(case_id, seq)
        model.clocks[id_] = (old, next_at)
        if next_at is None or next_at > now or last > now:
            continue
        numbers = [RUNGS.index(rung) + 1 for rung in passed(tuple(rungs), as_rung(old), now)]
        new = numbers[-1]
        upcoming = next_rung(tuple(rungs), as_rung(new))
        model.clocks[id_] = (new, upcoming[1] if upcoming else None)
        model.fired |= {(id_, revision, number, number != new) for number in numbers}
        model.seqs[case_id] = seq + 1
        if kind == "finish":
            model.levels[case_id] = max(level, min(new - 1, 2))
        if new > AUTOMATIC:
            model.proposals[case_id] = max(model.proposals.get(case_id, 0), new)
        else:
            card = (case_id, str(RUNGS[new - 1]), holder)
            model.cards.setdefault(card, set()).add(f"{kind}/{slot}")
    return model


def found(bench: Bench, revision: int, last_notice: object) -> State:
    """Read what a check left behind; every notice twice owed would show as a conflict."""
    clocks: list[tuple[Any, ...]] = bench.rows("select id, rung, next_at from clock")
    cases: list[tuple[Any, ...]] = bench.rows("select id, level, seq from rectification_case")
    notices: list[tuple[Any, ...]] = bench.rows(
        "select case_id, args ->> 'rung', unit, template, args -> 'clocks' from notice"
        " where id > %(last)s and role = 'contact' order by 1, 2",
        last=last_notice,
    )
    cards = [row for row in notices if row[3] != "task"]
    state = State(
        fired=set(
            bench.rows(
                "select clock_id, revision, rung, coalesced from fired where revision = %(r)s",
                r=revision,
            )
        ),
        clocks={id_: (rung, next_at) for id_, rung, next_at in clocks},
        levels={id_: level for id_, level, _ in cases},
        seqs={id_: seq for id_, _, seq in cases},
        cards={(case_id, rung, unit): set(said) for case_id, rung, unit, _, said in cards},
        proposals={
            case_id: RUNGS.index(rung) + 1
            for case_id, rung, _, template, _ in notices
            if template == "task"
        },
    )
    assert len(cards) == len(state.cards), "no card is owed twice"
    return state


def cases(bench: Bench) -> None:
    for _ in range(CASES):
        bench.dispatch(bench.open())


def mark(bench: Bench) -> object:
    return bench.value("select coalesce(max(id), 0) from notice")


def check(bench: Bench, now: datetime) -> CheckReport:
    report = CheckReport()
    fire_due(bench.engine, Moment(now, now), report)
    return report
