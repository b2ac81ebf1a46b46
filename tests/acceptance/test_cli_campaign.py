"""The sample campaign played from the command line, against a real Prefect server."""

import csv
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tasks.settings import CHECKOUT, Settings

LEDGER = CHECKOUT / "deployments" / "reference" / "sample_ledger.csv"
SECONDS = 300


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """The first problem of the sample ledger that needs no other."""
    with LEDGER.open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["情景"] == "prompt")
    path = tmp_path / "ledger.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row | {"发现时间": "2026-03-02T09:00:00+08:00", "类别": "simple"})
    return path


def play(
    environment: Mapping[str, str], ledger: Path, *words: str
) -> subprocess.CompletedProcess[str]:
    where = ["--database", "clip", "--ledger", str(ledger), "--until", "2026-03-06"]
    return subprocess.run(
        [sys.executable, "-m", "deployments.cli", "campaign", "play", *where, "--json", *words],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_a_play_is_told_and_never_mixed_with_what_is_there(
    prefect_api: str, stack_settings: Settings, stack_environment: dict[str, str], ledger: Path
) -> None:
    first = play(stack_environment, ledger)
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    assert (told["database"], told["surprises"]) == ("clip", [])
    second = play(stack_environment, ledger)
    assert (second.returncode, second.stdout) == (1, "")
    assert "--fresh" in second.stderr
    assert not (stack_settings.home / "playing-clip").exists()
    # A play that was killed leaves its mark: the next one begins anew.
    (stack_settings.home / "playing-clip").touch()
    assert play(stack_environment, ledger).returncode == 0
    assert not (stack_settings.home / "playing-clip").exists()
    missing = play(stack_environment, ledger.with_name("none.csv"))
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)
