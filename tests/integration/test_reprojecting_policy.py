"""A policy applied to what runs: budgets counted again, or only for what is dispatched next."""

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest

from deployments.reference.seed import reference
from domain.case import Actor
from domain.codes import ClockKind, Result, Role
from domain.commands import AskExtension, Rule, Submit
from domain.errors import Refused
from domain.policy import PolicyInvalid
from models.engine import transaction
from models.loading import lock, read
from models.reprojections import Opening, open_row
from models.verifying import verify
from tasks.reprojecting import apply_policy, continue_reprojection, preview_policy
from tests.integration.conftest import MONDAY, OFFICE, Bench
from tests.integration.newyear import desk

UNIT = Actor(Role.UNIT, "shuiwu")
LATER = MONDAY + timedelta(days=10)


def version(number: int, **finish: str) -> dict[str, Any]:
    """The reference policy as another version, with other times to finish."""
    body = deepcopy(dict(reference().policy))
    return body | {"version": number, "finish": body["finish"] | finish}


def harmed(bench: Bench, at: datetime = MONDAY) -> str:
    no = bench.open(at=at, kind="harm")
    bench.dispatch(no, at=at)
    bench.sign(no, at=at)
    return no


def finish(bench: Bench, no: str) -> tuple[str, str]:
    """The limit of the time to finish, and the Shanghai date it ends on."""
    with bench.engine.connect() as connection:
        case = read(connection, lock(connection, [no]))[no].case
    clock = case.clocks[ClockKind.FINISH, 0]
    return str(clock.limit), f"{clock.due_at.astimezone(MONDAY.tzinfo):%m-%d}"


def under(bench: Bench, no: str) -> object:
    return bench.value("select policy_version from rectification_case where no = %(no)s", no=no)


def test_another_time_to_finish_counts_from_the_same_dispatch(bench: Bench) -> None:
    no, other = harmed(bench), bench.open()
    bench.dispatch(other)
    assert finish(bench, no) == ("15wd", "03-23")
    done = apply_policy(desk(bench, LATER), version(2, harm="10wd"), "王科")
    assert (done.cause, done.changed, done.policy, done.finished) == ("policy", True, 2, True)
    assert finish(bench, no) == ("10wd", "03-16")
    assert [under(bench, no), under(bench, other)] == [2, 2]
    detail = bench.value(
        "select h.detail from history h join rectification_case c on c.id = h.case_id"
        " and c.seq = h.seq where c.no = %(no)s",
        no=no,
    )
    assert isinstance(detail, dict)
    assert (detail["policy"], detail["cause"]) == (2, "policy")
    assert {"op": "reproject", "kind": "finish", "slot": 0, "limit": "10wd"} in detail["clocks"]
    assert verify(bench.engine).faults == []


def test_a_case_whose_clocks_stay_says_from_when_on_it_is_under_the_new_rules(
    bench: Bench,
) -> None:
    no = bench.open()
    bench.dispatch(no)
    done = apply_policy(desk(bench, LATER), version(2, harm="10wd"), "王科")
    assert done.moved == 1
    details = bench.rows("select detail from history where event = 'reprojected'")
    assert details == [({"policy": 2, "calendar": 1, "cause": "policy"},)]


def test_what_was_granted_is_kept_under_the_new_rules(bench: Bench) -> None:
    no = harmed(bench)
    bench.give(no, AskExtension(at=MONDAY, by=UNIT, days=5, reason="等待检测报告。"))
    bench.give(no, Rule(at=MONDAY, by=OFFICE, request=1, grant=True))
    assert finish(bench, no) == ("15wd", "03-30")
    apply_policy(desk(bench, LATER), version(2, harm="10wd"), "王科")
    assert finish(bench, no) == ("10wd", "03-23")
    assert verify(bench.engine).faults == []


def test_cases_may_keep_the_rules_they_were_dispatched_under(bench: Bench) -> None:
    running = harmed(bench)
    done = apply_policy(desk(bench, LATER), version(2, harm="10wd"), "王科", running=False)
    assert (done.changed, done.looked, done.moved, done.policy) == (True, 0, 0, 2)
    assert bench.value("select count(*) from reprojection") == 0
    fresh = harmed(bench, LATER)
    assert finish(bench, running) == ("15wd", "03-23")
    assert finish(bench, fresh) == ("10wd", "03-26")
    assert [under(bench, running), under(bench, fresh)] == [1, 2]


def test_a_preview_says_how_many_would_be_overdue_at_once(bench: Bench) -> None:
    no, done = harmed(bench), harmed(bench)
    bench.give(done, Submit(at=MONDAY, by=UNIT, result=Result.SOLVED, reply="已办结。"))
    foreseen = preview_policy(desk(bench, LATER), version(2, harm="5wd"))
    assert (foreseen.changed, foreseen.looked, foreseen.cases) == (True, 2, 2)
    assert foreseen.counts["finish"].earlier == 2
    assert foreseen.total.overdue == 1, "who submitted is not late"
    (move,) = [move for move in foreseen.moves if move.overdue]
    assert (move.no, move.kind, move.holder) == (no, "finish", "shuiwu")
    assert move.because == "时限 15个工作日 → 5个工作日"
    assert finish(bench, no) == ("15wd", "03-23")
    assert bench.value("select policy_version from setting") == 1


def test_a_preview_names_the_version_where_no_limit_changes(bench: Bench) -> None:
    harmed(bench)
    body = version(2)
    body["hours"] = body["hours"] | {"closes": "17:00"}
    foreseen = preview_policy(desk(bench, LATER), body)
    assert {move.because for move in foreseen.moves} == {"规则第 2 版"}


def test_a_policy_that_says_the_same_changes_nothing(bench: Bench) -> None:
    for number in (1, 2):
        done = apply_policy(desk(bench, LATER), version(number), "王科")
        assert (done.changed, done.cause, done.policy) == (False, "", 1)
        assert not preview_policy(desk(bench, LATER), version(number)).changed


@pytest.mark.parametrize("number", [1, 3])
def test_a_version_that_does_not_follow_is_refused(bench: Bench, number: int) -> None:
    wrong = f"版本应为 2.*现写为 {number}"
    with pytest.raises(Refused, match=wrong):
        preview_policy(desk(bench, LATER), version(number, harm="10wd"))
    with pytest.raises(Refused, match=wrong):
        apply_policy(desk(bench, LATER), version(number, harm="10wd"), "王科")


def test_a_policy_with_mistakes_is_refused_before_anything_is_written(bench: Bench) -> None:
    with pytest.raises(PolicyInvalid):
        apply_policy(desk(bench, LATER), version(2, harm="sometime"), "王科")
    assert bench.value("select count(*) from policy") == 1


def test_an_earlier_re_projection_that_was_cut_off_is_finished_first(bench: Bench) -> None:
    no = harmed(bench)
    with transaction(bench.engine) as connection:
        open_row(connection, Opening("calendar", 1, None, "system", MONDAY))
    with pytest.raises(Refused, match="尚未完成"):
        preview_policy(desk(bench, LATER), version(2, harm="10wd"))
    apply_policy(desk(bench, LATER), version(2, harm="10wd"), "王科")
    assert bench.rows("select cause from reprojection where finished_at is not null") == [
        ("calendar",),
        ("policy",),
    ]
    assert finish(bench, no) == ("10wd", "03-16")


def test_with_nothing_left_unfinished_there_is_nothing_to_continue(bench: Bench) -> None:
    done = continue_reprojection(desk(bench, LATER))
    assert (done.cause, done.looked, done.finished) == ("", 0, True)
