"""Times of a channel's own: counted at intake and dispatch, explained, applied anew, verified."""

from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deployments.cli.toml_text import toml_text
from deployments.reference.seed import reference
from models.schema import downgrade, upgrade
from models.verifying import verify
from tasks.desk import Desk
from tasks.intake import intake_rows
from tasks.reprojecting import apply_policy
from tests.integration.conftest import AT, MONDAY, Bench, Terminal


def version(number: int, **parlour: str) -> dict[str, Any]:
    body = deepcopy(dict(reference().policy)) | {"version": number}
    return body | ({"channels": {"parlour": parlour}} if parlour else {})


def limits(bench: Bench) -> dict[str, str]:
    found = bench.rows(
        "select c.channel || '.' || k.kind, k.\"limit\" from clock k"
        " join rectification_case c on c.id = k.case_id"
    )
    return {str(name): str(limit) for name, limit in found}


@pytest.fixture
def two(desk: Desk, bench: Bench) -> list[str]:
    """A problem of the parlour and one of the media, both dispatched."""
    apply_policy(desk, version(2, triage="2wd", finish="10wd"), "王科")
    for channel in ("parlour", "media"):
        intake_rows(desk, [{"事由": "贴息未到账"}], channel, "现场")
    nos = [str(no) for (no,) in bench.rows("select no from rectification_case order by id")]
    for no in nos:
        bench.dispatch(no, at=MONDAY + timedelta(minutes=5))
    return nos


def test_a_channels_times_hold_for_its_cases_alone(bench: Bench, two: list[str]) -> None:
    found = limits(bench)
    assert (found["parlour.triage"], found["parlour.finish"]) == ("2wd", "10wd")
    assert (found["media.triage"], found["media.finish"]) == ("3wd", "15wd")
    assert verify(bench.engine).faults == []


def test_the_explanation_names_the_channels_clause(terminal: Terminal, two: list[str]) -> None:
    own, other = (
        " ".join(terminal.document("case", "explain", no, at=AT.format(3, 9))["explanation"])
        for no in two
    )
    assert "时限 10个工作日（第 2 版规则 channels.parlour.finish，按来源渠道）" in own
    assert "第 2 版规则 finish.harm，损害营商环境" in other
    assert "channels." not in other


def test_another_version_counts_the_channels_cases_again(
    bench: Bench, desk: Desk, two: list[str]
) -> None:
    apply_policy(desk, version(3, finish="8wd"), "王科")
    found = limits(bench)
    assert (found["parlour.finish"], found["media.finish"]) == ("8wd", "15wd")
    apply_policy(desk, version(4), "王科")
    assert limits(bench)["parlour.finish"] == "15wd"
    assert verify(bench.engine).faults == []


def test_the_channel_shows_its_times(terminal: Terminal, two: list[str]) -> None:
    assert terminal.document("channel", "show", "parlour")["limits"]["finish"] == "10wd"
    shown = "".join(terminal("channel", "show", "parlour").split())
    assert "受理2个工作日（本渠道）" in shown
    assert "办结10个工作日（本渠道）" in shown
    assert "（本渠道）" not in terminal("channel", "show", "media")


def test_times_for_a_channel_that_there_is_not_are_refused(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "规则.toml"
    body = version(2) | {"channels": {"parlor": {"finish": "10wd"}}}
    file.write_text(toml_text(body), encoding="utf-8")
    assert "[channels.parlor]" in terminal("policy", "apply", str(file), "--dry-run", code=2)


def test_a_database_seeded_before_gets_the_users_and_columns_of_today(bench: Bench) -> None:
    asked = "select code, users, extra_fields, default_urgency from channel order by code"
    url = bench.owner.url.render_as_string(hide_password=False)
    before = bench.rows(asked)
    downgrade(url, "0006")
    upgrade(url)
    assert bench.rows(asked) == before
