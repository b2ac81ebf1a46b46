"""Odd texts: whatever comes in ends as a case or as a rejected row with its reason."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.intake_register import Wanted, intakes, registered
from tasks.desk import Desk
from tasks.intake import intake_file, intake_table
from tasks.reading.rows import RawRow, Table
from tasks.settings import Settings
from tests.integration.conftest import MONDAY, Bench

FAMILY = "👨\u200d👩\u200d👧"
TEXTS = {
    "traditional": "物業亂收費，業主無處投訴",
    "capitals": "PLEASE HELP US WITH THE NOISE",
    "wide": "１２３４５６路公交",
    "emoji": f"求助{FAMILY}🆘𠮷野家",
    "long": "停" * 7000,
    "longer": "水" * 200_000,
    "arabic": "\u202eمرحبا\u202c 停水",
    "newlines": '他说："停水了"，\n第二行,逗号',
}


@pytest.fixture
def desk(bench: Bench, tmp_path: Path) -> Desk:
    return Desk(Settings(home=tmp_path), "test", bench.engine, MONDAY, MONDAY)


def csv_file(folder: Path, rows: list[tuple[str, str, str]]) -> Path:
    cells = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path = folder / "怪文.csv"
    path.write_text("\n".join(["编号,事由,内容", *cells]), encoding="utf-8")
    return path


def test_odd_texts_are_taken_in_whole_as_they_are(bench: Bench, desk: Desk, tmp_path: Path) -> None:
    path = csv_file(tmp_path, [(name, "", body) for name, body in TEXTS.items()])
    assert intake_file(desk, path, "12345").opened == len(TEXTS)
    kept = bench.rows(
        "select i.source_id, t.body from intake_row i join case_text t using (case_id)"
    )
    assert {str(name): body for name, body in kept} == TEXTS


def test_a_subject_that_is_too_long_is_cut_and_kept_whole_in_the_text(
    bench: Bench, desk: Desk, tmp_path: Path
) -> None:
    long = "物业收费不公示" * 60
    assert intake_file(desk, csv_file(tmp_path, [("1", long, "详见附件")]), "12345").opened == 1
    assert bench.rows(
        "select c.subject, t.body from rectification_case c join case_text t on t.case_id = c.id"
    ) == [(long[:200], f"{long}\n详见附件")]


def test_what_says_nothing_is_rejected_with_its_reason(desk: Desk, tmp_path: Path) -> None:
    nothing = ["", "  ", "\u200b\u200e\ufeff", "\u3000\t"]
    path = csv_file(tmp_path, [(str(n), text, text) for n, text in enumerate(nothing)])
    found = intake_file(desk, path, "12345")
    assert (found.opened, {row.reason[-12:] for row in found.rejected}) == (
        0,
        {"行既没有事由也没有内容。"},
    )


def test_characters_that_no_text_has_are_left_out(bench: Bench, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "怪文.jsonl"
    rows: list[dict[str, object]] = [
        {"编号": "\ud800A\x00", "事由": "停\x00水\udfff", "内容": "138\u202e0000\u200b1001"},
        {"编号": "B", "事由": "停\x00电", "内容": {"\x00": 1}},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = intake_file(desk, path, "12345")
    assert (found.opened, [row.row for row in found.rejected]) == (1, [2])
    assert bench.rows(
        "select i.source_id, c.subject, t.body from intake_row i"
        " join rectification_case c on c.id = i.case_id join case_text t on t.case_id = c.id"
    ) == [("A", "停水", "13800001001")]


ANYTHING = st.one_of(
    st.text(max_size=30),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Zs", "So"]), max_size=8),
    st.sampled_from(
        ["停水", "物業", "2026-03-02", "99/99/99", "一般", "=1+1", "\x00", "13800001001"]
    ),
)
FIELDS = ("source_id", "subject", "body", "reporter", "phone", "reported_at", "party", "urgency")
ROWS = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(FIELDS), ANYTHING),
        st.sampled_from(["", "", "", "\x00不是对象"]),
    ),
    max_size=12,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ROWS)
def test_every_row_is_accounted_for(
    bench: Bench, desk: Desk, given_rows: list[tuple[dict[str, str], str]]
) -> None:
    def register() -> int:
        return len(registered(bench.engine, Wanted()))

    raw = [RawRow(n, *row) for n, row in enumerate(given_rows, start=2)]
    before = register()
    found = intake_table(desk, Table(iter(raw), len(raw), {}), "12345", "任意")
    assert found.read == len(raw) == found.opened + found.duplicate + len(found.rejected)
    assert register() - before == found.opened + found.changed + len(found.rejected)
    if raw:
        (run, *_) = intakes(bench.engine, Wanted(limit=1))
        counts = (run["read"], run["opened"], run["duplicate"], run["changed"], run["rejected"])
        assert counts == (
            found.read,
            found.opened,
            found.duplicate,
            found.changed,
            len(found.rejected),
        )
    again = intake_table(desk, Table(iter(raw), len(raw), {}), "12345", "任意")
    assert (again.opened, again.changed) == (0, 0)
