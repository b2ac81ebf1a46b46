"""The arithmetic of every clock, tabulated: each row says in words what it comes to, and why.

Working days of the tests' calendar: Monday 6 April and 1 to 5 May are off, Saturday 9 May is
worked; the list of 2027 is not published. Rungs without an hour are at nine in the morning.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from domain.codes import OFFICE_UNIT, RUNGS, ClockKind, Kind, Urgency
from domain.commands import (
    Accept,
    Callback,
    Command,
    Dispatch,
    EndNotice,
    OrderRecheck,
    Return,
    Review,
    Sign,
    SignOff,
    Submit,
)
from domain.ladder import Ladder
from domain.limits import Limit
from tests.unit.casework import HELPER, LEAD, VERIFIER_UNIT, a_case, after, clock, order, t

FINISH, RECHECK = ClockKind.FINISH, ClockKind.RECHECK


def said(ladder: Ladder) -> str:
    """Write a ladder as the tables do: ``yellow 03-06 · red 03-10``."""
    rungs = ((rung, at) for rung, at in zip(RUNGS, ladder, strict=True) if at is not None)
    return " · ".join(f"{rung} {at:%m-%d}{_hour(f'{at:%H:%M}')}" for rung, at in rungs)


def _hour(text: str) -> str:
    return "" if text == "09:00" else f" {text}"


@dataclass(frozen=True)
class Row:
    """What a clock comes to. ``words`` states the arithmetic; ``mark`` is provisional or rolled."""

    words: str
    commands: tuple[Command, ...]
    due: str
    ladder: str
    limit: str
    kind: ClockKind = FINISH
    slot: int = 0
    holder: str = LEAD
    mark: str = ""
    case: dict[str, Any] = field(default_factory=dict)


DISPATCHED = order(Dispatch, "03-02 10:00")
TO_CLOSING = (
    DISPATCHED,
    order(Sign, "03-02 11:00"),
    order(Submit, "03-04 15:00"),
    order(Accept, "03-05 10:00"),
    order(EndNotice, "03-12 18:00"),
    order(SignOff, "03-13 10:00"),
    order(Review, "03-13 16:00"),
)
EMERGENCY = {"urgency": Urgency.EMERGENCY}

FINISHING = [
    Row(
        "simple, 3 working days from Monday: Tuesday is day 1, Thursday day 3",
        (DISPATCHED,),
        "03-05 18:00",
        "yellow 03-04 · red 03-06 · criticism 03-12 · raise 03-19 · list 04-02",
        "3wd",
        case={"kind": Kind.SIMPLE},
    ),
    Row(
        "ordinary, 5 working days from Monday: the next Monday",
        (DISPATCHED,),
        "03-09 18:00",
        "yellow 03-06 · red 03-10 · criticism 03-16 · raise 03-23 · list 04-07",
        "5wd",
        case={"kind": Kind.ORDINARY},
    ),
    Row(
        "harm, 15 working days: three plain weeks; blue exists from this term on",
        (DISPATCHED,),
        "03-23 18:00",
        "blue 03-18 · yellow 03-20 · red 03-24 · criticism 03-30 · raise 04-07 · list 04-21",
        "15wd",
    ),
    Row(
        "several units, 30 working days: six weeks and the Tomb-sweeping Monday",
        (DISPATCHED,),
        "04-14 18:00",
        "blue 04-09 · yellow 04-13 · red 04-15 · criticism 04-21 · raise 04-28 · list 05-14",
        "30wd",
        case={"kind": Kind.MULTI},
    ),
    Row(
        "inspection, six months to the day; the rungs are counted in working days from there",
        (DISPATCHED,),
        "09-02 18:00",
        "blue 08-28 · yellow 09-01 · red 09-03 · criticism 09-09 · raise 09-16 · list 09-30",
        "6mo",
        case={"kind": Kind.INSPECTION},
    ),
    Row(
        "six months from 31 August end on 28 February, a Sunday of an unpublished year: 1 March",
        (order(Dispatch, "08-31 10:00"),),
        "2027-03-01 18:00",
        "blue 02-24 · yellow 02-26 · red 03-02 · criticism 03-08 · raise 03-15 · list 03-29",
        "6mo",
        mark="provisional rolled",
        case={"kind": Kind.INSPECTION},
    ),
    Row(
        "an emergency is 24 real hours whatever its kind, from Friday night through Saturday night",
        (order(Dispatch, "03-06 20:00"),),
        "03-07 20:00",
        "yellow 03-07 08:00 · red 03-07 20:00 · criticism 03-13 · raise 03-20 · list 04-03",
        "24h",
        case={"kind": Kind.MULTI, **EMERGENCY},
    ),
    Row(
        "24 real hours run through the May holiday",
        (order(Dispatch, "04-30 20:00"),),
        "05-01 20:00",
        "yellow 05-01 08:00 · red 05-01 20:00 · criticism 05-11 · raise 05-18 · list 06-01",
        "24h",
        case=EMERGENCY,
    ),
    Row(
        "15 working days from 28 April: 1 to 5 May are skipped, Saturday 9 May counts: 21 May",
        (order(Dispatch, "04-28 10:00"),),
        "05-21 18:00",
        "blue 05-18 · yellow 05-20 · red 05-22 · criticism 05-28 · raise 06-04 · list 06-18",
        "15wd",
    ),
    Row(
        "5 working days from 30 April: 6, 7, 8, Saturday 9 and Monday 11 May",
        (order(Dispatch, "04-30 10:00"),),
        "05-11 18:00",
        "yellow 05-09 · red 05-12 · criticism 05-18 · raise 05-25 · list 06-08",
        "5wd",
        case={"kind": Kind.ORDINARY},
    ),
    Row(
        "dispatched on a Saturday night: Monday is day 1",
        (order(Dispatch, "03-07 23:00"),),
        "03-13 18:00",
        "yellow 03-12 · red 03-16 · criticism 03-20 · raise 03-27 · list 04-13",
        "5wd",
        case={"kind": Kind.ORDINARY},
    ),
    Row(
        "over New Year by weekdays alone, for no list of 2027 is out: 1 January counts, for now",
        (order(Dispatch, "12-21 10:00"),),
        "2027-01-11 18:00",
        "blue 01-06 · yellow 01-08 · red 01-12 · criticism 01-18 · raise 01-25 · list 02-08",
        "15wd",
        mark="provisional ",
    ),
]
OTHERS = [
    Row("triage, 3 working days from intake", (), "03-05 18:00", "yellow 03-04 · red 03-06",
        "3wd", ClockKind.TRIAGE, holder=OFFICE_UNIT),
    Row("urgent triage, 24 real hours from nine", (), "03-03 09:00",
        "yellow 03-02 21:00 · red 03-03", "24h", ClockKind.TRIAGE, holder=OFFICE_UNIT,
        case={"urgency": Urgency.URGENT}),
    Row("emergency triage, two real hours from nine", (), "03-02 11:00",
        "yellow 03-02 10:00 · red 03-02 11:00", "2h", ClockKind.TRIAGE, holder=OFFICE_UNIT,
        case=EMERGENCY),
    Row("to sign: the next working day; its yellow would be before the start", (DISPATCHED,),
        "03-03 18:00", "red 03-04", "1wd", ClockKind.SIGN),
    Row("first contact: the next working day", (DISPATCHED,), "03-03 18:00", "red 03-04", "1wd",
        ClockKind.CONTACT),
    Row("interim reply: three working days", (DISPATCHED,), "03-05 18:00",
        "yellow 03-04 · red 03-06", "3wd", ClockKind.INTERIM),
    Row("an inspection's report: two months from 1 March is Labour Day, so 6 May",
        (order(Dispatch, "03-01 10:00"),), "05-06 18:00", "yellow 04-30 · red 05-07", "2mo",
        ClockKind.INTERIM, mark="rolled", case={"kind": Kind.INSPECTION}),
    Row("an assisting unit signs within its own working day",
        (order(Dispatch, "03-02 10:00", assisting=(HELPER,)),), "03-03 18:00", "red 03-04", "1wd",
        ClockKind.SIGN, 1, HELPER),
    Row("an assisting unit's opinion: half of the thirty days that several units have",
        (order(Dispatch, "03-02 10:00", assisting=(HELPER,)),), "03-23 18:00",
        "yellow 03-20 · red 03-24", "15wd", ClockKind.OPINION, 1, HELPER),
    Row("an opinion in an emergency: half of 24 hours, with yellow at half of that",
        (order(Dispatch, "03-02 10:00", assisting=(HELPER,)),), "03-02 22:00",
        "yellow 03-02 16:00 · red 03-02 22:00", "12h", ClockKind.OPINION, 1, HELPER,
        case=EMERGENCY),
    Row("to rule on a return: the office's next working day",
        (DISPATCHED, order(Return, "03-03 14:00")), "03-04 18:00", "red 03-05", "1wd",
        ClockKind.RULING, holder=OFFICE_UNIT),
    Row("to verify: three working days from submission", TO_CLOSING[:3], "03-09 18:00",
        "yellow 03-06 · red 03-10", "3wd", ClockKind.REVIEW, holder=VERIFIER_UNIT),
    Row("public notice: five working days, on which nobody can be late", TO_CLOSING[:4],
        "03-12 18:00", "", "5wd", ClockKind.NOTICE, holder=OFFICE_UNIT),
    Row("the leader's signature: two working days from the end of the notice", TO_CLOSING[:5],
        "03-16 18:00", "yellow 03-13 · red 03-17", "2wd", ClockKind.SIGN_OFF),
    Row("the office's review: two working days from the signature", TO_CLOSING[:6],
        "03-17 18:00", "yellow 03-16 · red 03-18", "2wd", ClockKind.OFFICE_REVIEW,
        holder=OFFICE_UNIT),
    Row("callback: the working day after closing, over the weekend", TO_CLOSING, "03-16 18:00",
        "red 03-17", "1wd", ClockKind.CALLBACK, holder=OFFICE_UNIT),
    Row("nobody reached on Monday: one more working day for the other attempts",
        (*TO_CLOSING, order(Callback, "03-16 10:00", reached=False)), "03-17 18:00", "red 03-18",
        "1wd", ClockKind.CALLBACK, holder=OFFICE_UNIT),
    Row("first re-check: 30 days after 13 March is a Sunday, so the Monday after", TO_CLOSING,
        "04-13 18:00", "yellow 04-10 · red 04-14", "30d", RECHECK, 1, OFFICE_UNIT, "rolled"),
    Row("second re-check: 90 days after closing", TO_CLOSING, "06-11 18:00",
        "yellow 06-10 · red 06-12", "90d", RECHECK, 2, OFFICE_UNIT),
    Row("third re-check: 180 days after closing", TO_CLOSING, "09-09 18:00",
        "yellow 09-08 · red 09-10", "180d", RECHECK, 3, OFFICE_UNIT),
    Row("an ordered re-inspection: five working days",
        (*TO_CLOSING, order(OrderRecheck, "03-16 10:00")), "03-23 18:00",
        "yellow 03-20 · red 03-24", "5wd", RECHECK, 4, OFFICE_UNIT),
]  # fmt: skip


@pytest.mark.parametrize("row", [*FINISHING, *OTHERS], ids=lambda row: row.words)
def test_a_clock_is_due_and_warns_when_the_words_say(row: Row) -> None:
    first = row.commands[0].at if row.commands else t("03-02 09:00")
    detected = min(first, t(f"{first:%m-%d} 09:00"))
    case = after(a_case(f"{detected:%m-%d %H:%M}", **row.case), *row.commands)
    found = clock(case, row.kind, row.slot)
    assert (found.due_at, said(found.ladder)) == (t(row.due), row.ladder)
    assert (found.holder, found.limit) == (row.holder, Limit.parse(row.limit))
    assert "provisional " * found.provisional + "rolled" * found.rolled == row.mark


@pytest.mark.parametrize("start", ["03-02 10:00", "04-03 10:00", "04-28 10:00", "12-21 10:00"])
def test_fifteen_working_days_are_never_fifteen_times_twenty_four_hours(start: str) -> None:
    finish = clock(after(a_case(f"{start[:5]} 09:00"), order(Dispatch, start)), FINISH)
    assert finish.due_at - t(start) > timedelta(days=20)


def test_every_kind_of_clock_is_in_the_tables() -> None:
    assert {row.kind for row in (*FINISHING, *OTHERS)} == set(ClockKind)
    assert {row.case.get("kind", Kind.HARM) for row in FINISHING} == set(Kind)
