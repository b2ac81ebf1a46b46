"""Intake ended by force: a second run gives exactly what an unbroken one would have given."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from models import intake
from tasks.desk import Desk
from tasks.intake import intake_file
from tasks.settings import CHECKOUT, Settings
from tests.integration.conftest import MONDAY, Bench

ROWS = 3_000
RUN = """
import sys
from datetime import datetime
from pathlib import Path
from models import intake
from models.engine import connect
from tasks.desk import Desk
from tasks.intake import intake_file
from tasks.settings import Settings
intake.BATCH_ROWS = 100
url, home, path, now = sys.argv[1:]
at = datetime.fromisoformat(now)
desk = Desk(Settings(home=Path(home)), "test", connect(url), at, at)
intake_file(desk, Path(path), "12345", lambda count: print(count, flush=True))
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "台账.csv"
    lines = [f"{90_000 - n},第{n}个问题,内容{n},王{n}" for n in range(1, ROWS + 1)]
    path.write_text("\n".join(["编号,事由,内容,反映人", *lines]), encoding="utf-8")
    return path


@pytest.mark.parametrize("batches", [1, 7, 20])
def test_killed_in_the_middle_and_run_again_it_is_as_if_nothing_had_happened(
    bench: Bench, ledger: Path, tmp_path: Path, batches: int
) -> None:
    url = bench.engine.url.render_as_string(hide_password=False)
    words = [sys.executable, "-c", RUN, url, str(tmp_path), str(ledger), MONDAY.isoformat()]
    with subprocess.Popen(words, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        for _ in range(batches):
            assert run.stdout.readline() == "100\n"
        os.kill(run.pid, signal.SIGKILL)
    assert run.returncode == -signal.SIGKILL
    desk = Desk(Settings(home=tmp_path), "test", bench.engine, MONDAY, MONDAY)
    report = intake_file(desk, ledger, "12345")
    assert report.duplicate % 100 == 0
    assert batches * 100 <= report.duplicate < ROWS
    assert report.duplicate + report.opened == report.read == ROWS
    found = bench.rows(
        "select c.no, c.subject, i.source_id, i.row_number from rectification_case c"
        " join intake_row i on i.case_id = c.id order by c.id"
    )
    assert found == [
        (f"QD2026-{n:06d}", f"第{n}个问题", str(90_000 - n), n + 1) for n in range(1, ROWS + 1)
    ]
    for table in ("history", "clock", "case_text", "identity.reporter"):
        assert bench.value(f"select count(distinct case_id) from {table}") == ROWS


def test_a_batch_that_fails_leaves_nothing_of_itself(
    bench: Bench, ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BATCH_ROWS", 1_000)
    desk = Desk(Settings(home=tmp_path), "test", bench.engine, MONDAY, MONDAY)
    taken: list[int] = []

    def stop(count: int) -> None:
        taken.append(count)
        # The second batch stumbles over a subject that this constraint does not let in.
        with bench.owner.begin() as connection:
            connection.exec_driver_sql(
                "alter table rectification_case add check (subject <> '第1500个问题')"
            )

    with pytest.raises(Exception, match="拒绝了这次写入"):
        intake_file(desk, ledger, "12345", stop)
    assert taken == [1_000]
    for table in ("rectification_case", "history", "clock", "intake_row", "identity.reporter"):
        assert bench.value(f"select count(*) from {table}") == 1_000
    assert bench.value("select value from counter where name = 'case:2026'") == 1_000
