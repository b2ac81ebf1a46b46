"""Clocks recomputed from history in which calendars and policies change on the way."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import WorkCalendar
from domain.clocks import Clock, ClockOp, Op, Rules, applied, fold
from domain.codes import ClockKind, Rung
from domain.ladder import next_rung
from domain.limits import Limit
from domain.recomputing import Entry, Round, followed, recompute, reprojected, unfold
from tests.unit.casework import RULES, t

FINISH = ClockKind.FINISH
SPRING = frozenset(date(2027, 2, day) for day in (5, 8, 9, 10, 11))


def calendar(rest: frozenset[date], *years: int) -> WorkCalendar:
    """The calendar of the tests with more days off, and more years published."""
    plain = RULES.calendar
    return WorkCalendar(8, plain.rest | rest, plain.work, plain.published | set(years))


PUBLISHED = replace(RULES, calendar=calendar(SPRING, 2027))
"""The list of 2027 is loaded."""
SHUT = replace(RULES, calendar=calendar(frozenset({date(2026, 3, 5), date(2026, 3, 11)})))
"""Two days of March were declared days off."""
EARLIER = replace(
    RULES,
    policy=replace(
        RULES.policy,
        rungs={
            **RULES.policy.rungs,
            "yellow": replace(RULES.policy.rungs["yellow"], before=Limit(2, "wd")),
        },
    ),
)
"""A policy whose yellow card comes a day sooner."""


def op(what: Op, limit: str = "", rung: Rung | None = None, kind: ClockKind = FINISH) -> ClockOp:
    return ClockOp(what, kind, 0, "shuiwu", Limit.parse(limit) if limit else None, rung, str(what))


def entry(when: str, rules: Rules, *ops: ClockOp) -> Entry:
    return Entry(t(when), ops, rules)


def clock(*entries: Entry) -> Clock:
    return recompute(entries)[FINISH, 0]


AGAIN = op(Op.REPROJECT)
START = entry("03-02 09:00", RULES, op(Op.START, "5wd"))


def test_a_day_declared_off_moves_the_deadline_and_its_ladder_by_a_working_day() -> None:
    before = clock(START)
    after = clock(START, entry("03-03 09:00", SHUT, AGAIN))
    assert (before.due_at, after.due_at) == (t("03-09 18:00"), t("03-10 18:00"))
    assert after.next == (Rung.YELLOW, t("03-09 09:00"))


def test_a_year_that_is_published_takes_the_provisional_mark_away_and_names_the_holiday() -> None:
    start = entry("2027-02-03 09:00", RULES, op(Op.START, "5wd"))
    before = clock(start)
    after = clock(start, entry("2027-02-03 10:00", PUBLISHED, AGAIN))
    assert (before.due_at, before.provisional) == (t("2027-02-10 18:00"), True)
    assert (after.due_at, after.provisional) == (t("2027-02-17 18:00"), False)


def test_another_budget_counts_from_the_same_start_and_lasts_until_the_next_start() -> None:
    ten = entry("03-03 09:00", RULES, op(Op.REPROJECT, "10wd"))
    once = clock(START, ten)
    assert (once.limit, once.due_at) == (Limit(10, "wd"), t("03-16 18:00"))
    later = clock(START, ten, entry("03-04 09:00", SHUT, AGAIN))
    assert (later.limit, later.due_at) == (Limit(10, "wd"), t("03-18 18:00"))
    anew = entry("03-05 09:00", RULES, op(Op.START, "5wd"))
    assert clock(START, ten, anew).limit == Limit(5, "wd")


def test_what_was_granted_stays_granted_under_the_new_budget() -> None:
    longer = entry("03-03 09:00", RULES, op(Op.EXTEND, "3wd"))
    shorter = entry("03-04 09:00", RULES, op(Op.REPROJECT, "4wd"))
    after = clock(START, longer, shorter)
    assert after.due_at == t("03-11 18:00"), "four working days and the three that were granted"
    assert after.revision == 2


def test_what_fired_stays_fired_though_its_rung_now_lies_ahead() -> None:
    fired = entry("03-08 09:30", RULES, op(Op.FIRE, rung=Rung.YELLOW))
    after = clock(START, fired, entry("03-08 10:00", RULES, op(Op.REPROJECT, "10wd")))
    assert (after.rung, after.revision) == (Rung.YELLOW, 1)
    assert after.next == (Rung.RED, t("03-17 09:00"))


def test_a_paused_clock_stays_paused_and_has_the_time_that_the_new_rules_leave() -> None:
    pause = entry("03-03 09:00", RULES, op(Op.PAUSE))
    again = entry("03-04 09:00", SHUT, AGAIN)
    paused = clock(START, pause, again)
    assert paused.paused_at == t("03-03 09:00")
    assert paused.next is None
    resumed = clock(START, pause, again, entry("03-06 09:00", SHUT, op(Op.RESUME)))
    assert resumed.due_at == t("03-13 18:00"), "four working days after the 6th"


def test_a_stopped_clock_stays_stopped_and_runs_on_with_what_the_new_rules_leave() -> None:
    stop = entry("03-04 09:00", RULES, op(Op.STOP))
    again = entry("03-05 09:00", SHUT, AGAIN)
    assert clock(START, stop, again).stopped_at == t("03-04 09:00")
    onward = entry("03-06 09:00", SHUT, op(Op.CONTINUE, "2wd"))
    after = clock(START, stop, again, onward)
    assert after.due_at == t("03-12 18:00"), "three working days after the 6th, the 11th is off"


def test_shelved_from_its_expiry_and_in_time_after_all_it_pauses_when_that_was_decided() -> None:
    late = entry("03-10 10:00", RULES, op(Op.PAUSE_AT_DUE))
    assert clock(START, late).paused_at == t("03-09 18:00")
    after = clock(START, late, entry("03-10 11:00", RULES, op(Op.REPROJECT, "10wd")))
    assert (after.paused_at, after.due_at) == (t("03-10 10:00"), t("03-16 18:00"))
    assert after.revision == 2


def test_a_public_notice_runs_as_announced_and_only_loses_its_provisional_mark() -> None:
    start = op(Op.START, "5wd", kind=ClockKind.NOTICE)
    again = op(Op.REPROJECT, kind=ClockKind.NOTICE)
    entries = [entry("2027-02-03 09:00", RULES, start), entry("2027-02-03 10:00", PUBLISHED, again)]
    before, after = (states[ClockKind.NOTICE, 0] for states in unfold(entries))
    assert before.provisional
    assert after == replace(before, provisional=False)


def test_a_re_projection_cannot_be_folded_for_it_needs_the_past() -> None:
    clocks = fold({}, [op(Op.START, "5wd")], t("03-02 09:00"), RULES)
    with pytest.raises(ValueError, match="needs the clock's past"):
        fold(clocks, [AGAIN], t("03-03 09:00"), RULES)


def test_a_clock_that_never_started_cannot_be_counted_again() -> None:
    with pytest.raises(ValueError, match="never started"):
        recompute([entry("03-03 09:00", RULES, AGAIN)])
    stood = clock(START)
    with pytest.raises(ValueError, match="no start to count again from"):
        reprojected((), stood, RULES)


limits = st.builds(Limit, st.integers(1, 40), st.sampled_from(["wd", "wd", "h", "d", "mo"]))
kinds = st.sampled_from([FINISH, ClockKind.SIGN, ClockKind.NOTICE])


@dataclass(frozen=True)
class Turn:
    """What is done next, how long after the last, under which rules if they change."""

    what: Op
    minutes: int
    limit: Limit
    rung: Rung
    kind: ClockKind
    rules: Rules
    rebudget: bool

    def op(self) -> ClockOp:
        bare = self.what is Op.REPROJECT and not self.rebudget
        return ClockOp(
            self.what, self.kind, 0, "shuiwu", None if bare else self.limit, self.rung, "rule"
        )


turns = st.builds(
    Turn,
    what=st.sampled_from([*Op, Op.REPROJECT, Op.REPROJECT]),
    minutes=st.one_of(st.integers(0, 600), st.integers(0, 60 * 24 * 60)),
    limit=limits,
    rung=st.sampled_from(Rung),
    kind=kinds,
    rules=st.sampled_from([RULES, PUBLISHED, SHUT, EARLIER]),
    rebudget=st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["03-02 09:00", "2026-12-30 09:00"]), st.lists(turns, max_size=25))
def test_whatever_is_re_projected_stored_and_recomputed_clocks_agree(
    first: str, walk: list[Turn]
) -> None:
    at, rules = t(first), RULES
    kinds = (FINISH, ClockKind.SIGN, ClockKind.NOTICE)
    starts = tuple(op(Op.START, "5wd", kind=kind) for kind in kinds)
    history = [Entry(at, starts, rules)]
    stored = fold({}, starts, at, rules)
    for turn in walk:
        at += timedelta(minutes=turn.minutes)
        done = turn.op()
        if done.op is Op.REPROJECT:
            rules = turn.rules
            before, round_ = stored[done.key], followed(_round(history, done), at, done)
            stored[done.key] = reprojected(round_, before, rules)
            holds(before, stored[done.key], round_, rules)
        else:
            stored[done.key] = applied(stored[done.key], done, at, rules)
        history.append(Entry(at, (done,), rules))
        assert recompute(history) == stored


def _round(history: list[Entry], about: ClockOp) -> Round:
    round_: Round = ()
    for written in history:
        for done in written.ops:
            if done.key == about.key:
                round_ = followed(round_, written.at, done)
    return round_


def holds(before: Clock, after: Clock, round_: Round, rules: Rules) -> None:
    """Assert what a re-projection leaves alone, and that there is nothing in it but the rules."""
    assert (after.revision, after.rung, after.holder) == (
        before.revision,
        before.rung,
        before.holder,
    )
    assert after.stopped_at == before.stopped_at
    assert (after.paused_at is None) == (before.paused_at is None)
    assert reprojected(round_, after, rules) == after, "twice is once"
    renumbered = replace(rules, calendar=replace(rules.calendar, version=99))
    assert reprojected(round_, after, renumbered) == after, "the same days move nothing"
    if after.kind is ClockKind.NOTICE:
        assert after.due_at == before.due_at
        return
    plain = recompute([Entry(at, (done,), rules) for at, done in round_])[after.key]
    assert replace(plain, revision=after.revision, rung=after.rung) == after
    upcoming = next_rung(after.ladder, after.rung)
    assert after.next == (upcoming if after.running else None)


def test_rungs_are_no_part_of_a_round_and_a_start_begins_another() -> None:
    instant, first, second = t("03-02 09:00"), op(Op.START, "5wd"), op(Op.START, "3wd")
    round_ = followed((), instant, first)
    assert followed(round_, instant, op(Op.FIRE, rung=Rung.RED)) == round_
    assert followed(round_, instant, second) == ((instant, second),)
    assert followed((), instant, op(Op.REPROJECT, "3wd")) == ()
