"""The arithmetic of everything that changes a finish clock, tabulated in words.

Each row starts from a dispatch on Monday 2 March at ten. Monday 6 April and 1 to 5 May are off,
Saturday 9 May is worked.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest

from domain.case import SYSTEM
from domain.codes import ClockKind, Kind, Rung, Urgency
from domain.commands import (
    Accept,
    AskExtension,
    AskShelving,
    Command,
    Dispatch,
    EndNotice,
    Escalate,
    Merge,
    Object,
    Resume,
    Return,
    Rule,
    Sign,
    SignOff,
    Split,
    Submit,
)
from tests.unit.casework import OTHER, VERIFIER, a_case, after, clock, order, t
from tests.unit.test_clock_arithmetic import said

FINISH = ClockKind.FINISH
ORDINARY = {"kind": Kind.ORDINARY}
BEGUN = (order(Dispatch, "03-02 10:00"), order(Sign, "03-02 11:00"))


@dataclass(frozen=True)
class Row:
    """What a finish clock comes to after commands. ``words`` states the arithmetic."""

    words: str
    commands: tuple[Command, ...]
    due: str
    ladder: str
    revision: int = 1
    case: dict[str, Any] = field(default_factory=dict)


def asked_and_granted(days: int, asked: str, granted: str, number: int = 1) -> tuple[Command, ...]:
    by = VERIFIER if number == 1 else None
    return (
        order(AskExtension, asked, days=days),
        order(Rule, granted, by, request=number),
    )


def shelved(asked: str, granted: str, until: str) -> tuple[Command, ...]:
    return (
        order(AskShelving, asked, until=t(until)),
        order(Rule, granted),
        order(Resume, until, SYSTEM),
    )


def sent_back(submitted: str, rejected: str) -> tuple[Command, ...]:
    return (order(Submit, submitted), order(Accept, rejected, accept=False, opinion="未到位"))


LEAD_CASE = a_case(no="QD2026-000002")

ROWS = [
    Row(
        "shelved on 3 March with 14 of 15 days left; from 2 April they end on 23 April",
        (*BEGUN, *shelved("03-03 09:00", "03-03 10:00", "04-02 09:00")),
        "04-23 18:00",
        "blue 04-20 · yellow 04-22 · red 04-24 · criticism 04-30 · raise 05-11 · list 05-25",
    ),
    Row(
        "shelved within one working day: nothing moves",
        (*BEGUN, *shelved("03-03 09:00", "03-03 10:00", "03-03 16:00")),
        "03-23 18:00",
        "blue 03-18 · yellow 03-20 · red 03-24 · criticism 03-30 · raise 04-07 · list 04-21",
    ),
    Row(
        "shelved from Friday to Saturday: nothing moves",
        (*BEGUN, *shelved("03-06 09:00", "03-06 10:00", "03-07 16:00")),
        "03-23 18:00",
        "blue 03-18 · yellow 03-20 · red 03-24 · criticism 03-30 · raise 04-07 · list 04-21",
    ),
    Row(
        "shelved over the Tomb-sweeping weekend, 2 to 7 April, with 8 of 30 days left: the holiday"
        " would not have counted, Friday and Tuesday would have: two days on",
        (*BEGUN, *shelved("04-02 09:00", "04-02 10:00", "04-07 09:00")),
        "04-16 18:00",
        "blue 04-13 · yellow 04-15 · red 04-17 · criticism 04-23 · raise 04-30 · list 05-18",
        case={"kind": Kind.MULTI},
    ),
    Row(
        "shelving granted two days after expiry counts from the due instant: due when resumed, and"
        " the yellow card that fired in time stays",
        (*BEGUN, *shelved("03-09 09:00", "03-11 10:00", "04-02 09:00")),
        "04-02 18:00",
        "yellow 04-01 · red 04-03 · criticism 04-10 · raise 04-17 · list 05-06",
        2,
        ORDINARY,
    ),
    Row(
        "an emergency shelved after 10 of its 24 hours has 14 left when resumed; half at yellow",
        (
            order(Dispatch, "03-02 10:00"),
            order(Sign, "03-02 11:00"),
            *shelved("03-02 12:00", "03-02 20:00", "03-05 08:00"),
        ),
        "03-05 22:00",
        "yellow 03-05 10:00 · red 03-05 22:00 · criticism 03-12 · raise 03-19 · list 04-02",
        case={"urgency": Urgency.EMERGENCY},
    ),
    Row(
        "merged on 4 March with 13 days left, split on 11 March: 30 March",
        (*BEGUN, order(Merge, "03-04 10:00", into=LEAD_CASE), order(Split, "03-11 09:00")),
        "03-30 18:00",
        "blue 03-25 · yellow 03-27 · red 03-31 · criticism 04-07 · raise 04-14 · list 04-28",
    ),
    Row(
        "merged two working days late and split a week later: still two working days late",
        (*BEGUN, order(Merge, "03-11 10:00", into=LEAD_CASE), order(Split, "03-18 10:00")),
        "03-16 18:00",
        "yellow 03-13 · red 03-17 · criticism 03-23 · raise 03-30 · list 04-14",
        case=ORDINARY,
    ),
    Row(
        "a first extension of the whole term, five days more; every rung is armed again",
        (*BEGUN, *asked_and_granted(5, "03-04 10:00", "03-05 10:00")),
        "03-16 18:00",
        "yellow 03-13 · red 03-17 · criticism 03-23 · raise 03-30 · list 04-14",
        2,
        ORDINARY,
    ),
    Row(
        "a first extension of a case of harm may add fifteen: 14 April, over the holiday",
        (*BEGUN, *asked_and_granted(15, "03-04 10:00", "03-05 10:00")),
        "04-14 18:00",
        "blue 04-09 · yellow 04-13 · red 04-15 · criticism 04-21 · raise 04-28 · list 05-14",
        2,
    ),
    Row(
        "a second extension, by the office, has no cap: five and twelve days more",
        (
            *BEGUN,
            *asked_and_granted(5, "03-04 10:00", "03-05 10:00"),
            *asked_and_granted(12, "03-06 10:00", "03-09 10:00", 2),
        ),
        "04-01 18:00",
        "yellow 03-31 · red 04-02 · criticism 04-09 · raise 04-16 · list 04-30",
        3,
        ORDINARY,
    ),
    Row(
        "three days granted on 12 March, after expiry, are added to 9 March: due that very day; its"
        " yellow would lie before the approval and does not exist",
        (*BEGUN, *asked_and_granted(3, "03-09 10:00", "03-12 10:00")),
        "03-12 18:00",
        "red 03-13 · criticism 03-19 · raise 03-26 · list 04-10",
        2,
        ORDINARY,
    ),
    Row(
        "on the supervised list, asked exactly twenty working days ahead: ten more than 14 April",
        (
            *BEGUN,
            order(Escalate, "03-03 09:00", rung=Rung.LIST),
            order(AskExtension, "03-16 10:00", days=10),
            order(Rule, "03-17 10:00", VERIFIER),
        ),
        "04-28 18:00",
        "blue 04-23 · yellow 04-27 · red 04-29 · criticism 05-08 · raise 05-14 · list 05-28",
        2,
        {"kind": Kind.MULTI},
    ),
    Row(
        "a return that is not confirmed gives the new unit its own five days, from its dispatch",
        (order(Dispatch, "03-02 10:00"), order(Return, "03-03 14:00"), order(Rule, "03-05 10:00")),
        "03-12 18:00",
        "yellow 03-11 · red 03-13 · criticism 03-19 · raise 03-26 · list 04-10",
        2,
        ORDINARY,
    ),
    Row(
        "a confirmed unit goes on with the four days it had: from Thursday 5 to Wednesday 11 March",
        (
            order(Dispatch, "03-02 10:00"),
            order(Return, "03-03 14:00"),
            order(Rule, "03-05 10:00", grant=False),
        ),
        "03-11 18:00",
        "yellow 03-10 · red 03-12 · criticism 03-18 · raise 03-25 · list 04-09",
        1,
        ORDINARY,
    ),
    Row(
        "given to another unit in the middle of its time: five days from then",
        (*BEGUN, order(Dispatch, "03-06 16:00", unit=OTHER)),
        "03-13 18:00",
        "yellow 03-12 · red 03-16 · criticism 03-20 · raise 03-27 · list 04-13",
        2,
        ORDINARY,
    ),
    Row(
        "sent back two days after a submission on day 2: the thirteen days left run on",
        (*BEGUN, *sent_back("03-04 15:00", "03-06 10:00")),
        "03-25 18:00",
        "blue 03-20 · yellow 03-24 · red 03-26 · criticism 04-01 · raise 04-09 · list 04-23",
        2,
    ),
    Row(
        "sent back with nothing left: two working days at least",
        (*BEGUN, *sent_back("03-09 15:00", "03-11 10:00")),
        "03-13 18:00",
        "yellow 03-12 · red 03-16 · criticism 03-20 · raise 03-27 · list 04-13",
        2,
        ORDINARY,
    ),
    Row(
        "submitted two days late and sent back a week later: still two days late, and what lies"
        " before the rejection does not exist",
        (*BEGUN, *sent_back("03-11 15:00", "03-18 10:00")),
        "03-16 18:00",
        "criticism 03-23 · raise 03-30 · list 04-14",
        2,
        ORDINARY,
    ),
    Row(
        "sent back by the leader after the notice: none of the closing is charged, 13 days left",
        (
            *BEGUN,
            order(Submit, "03-04 15:00"),
            order(Accept, "03-05 10:00"),
            order(EndNotice, "03-12 18:00"),
            order(SignOff, "03-13 10:00", accept=False, opinion="不同意"),
        ),
        "04-01 18:00",
        "blue 03-27 · yellow 03-31 · red 04-02 · criticism 04-09 · raise 04-16 · list 04-30",
        2,
    ),
    Row(
        "an upheld objection ends the notice: from Monday 9 March thirteen days, 26 March",
        (
            *BEGUN,
            order(Submit, "03-04 15:00"),
            order(Accept, "03-05 10:00"),
            order(Object, "03-06 09:00"),
            order(Rule, "03-09 10:00"),
        ),
        "03-26 18:00",
        "blue 03-23 · yellow 03-25 · red 03-27 · criticism 04-02 · raise 04-10 · list 04-24",
        2,
    ),
    Row(
        "sent back twice: each wait costs nothing, 13 days after the first and 11 after the second",
        (
            *BEGUN,
            *sent_back("03-04 15:00", "03-06 10:00"),
            *sent_back("03-10 15:00", "03-20 10:00"),
        ),
        "04-07 18:00",
        "blue 04-01 · yellow 04-03 · red 04-08 · criticism 04-14 · raise 04-21 · list 05-08",
        3,
    ),
    Row(
        "extended by five to 30 March; shelved with 17 days left, resumed on 2 April: 28 April;"
        " submitted with 16 left, sent back on 8 April: 30 April",
        (
            *BEGUN,
            *asked_and_granted(5, "03-03 10:00", "03-04 10:00"),
            order(AskShelving, "03-05 09:00", until=t("04-02 09:00")),
            order(Rule, "03-05 10:00", request=2),
            order(Resume, "04-02 09:00", SYSTEM),
            *sent_back("04-03 15:00", "04-08 10:00"),
        ),
        "04-30 18:00",
        "blue 04-27 · yellow 04-29 · red 05-06 · criticism 05-11 · raise 05-18 · list 06-01",
        3,
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.words)
def test_what_changes_a_clock_comes_to_what_the_words_say(row: Row) -> None:
    case = after(a_case(**row.case), *row.commands)
    finish = clock(case, FINISH)
    assert (finish.due_at, said(finish.ladder)) == (t(row.due), row.ladder)
    assert (finish.running, finish.revision) == (True, row.revision)
    assert case.detected_at == t("03-02 09:00"), "the age of the case stays"
