"""A short campaign played through the real flows, on a database of its own."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from prefect import State

from flows.campaign import WATCH, campaign
from models.verifying import verify
from tasks.campaign.timetable import Moment
from tasks.settings import CHECKOUT, Settings
from tests.acceptance.office import open_office

LEDGER = CHECKOUT / "deployments" / "reference" / "sample_ledger.csv"
UNTIL = date(2026, 3, 18)
PLAYED = (
    ("S002", "prompt"),
    ("S003", "late_answer"),
    ("S005", "referred"),
    ("S017", "returned"),
    ("S020", "thin_evidence"),
    ("S030", "split"),
    ("S031", "dissatisfied"),
    ("S024", "merged"),
    ("S040", "extended"),
    ("S050", "shelved"),
    ("S060", "excluded"),
    ("S070", "rejected"),
    ("S080", "return_final"),
    ("S085", "very_late"),
)


def short_ledger(folder: Path) -> Path:
    """Problems of the sample ledger, found in the first days, of the shortest kind."""
    with LEDGER.open(encoding="utf-8", newline="") as file:
        rows = {row["编号"]: row for row in csv.DictReader(file)}
    chosen = []
    for hour, (number, script) in enumerate(PLAYED):
        found = f"2026-03-02T{8 + hour // 10:02d}:{hour % 10:02d}:00+08:00"
        changed = {"发现时间": found, "类别": "simple", "情景": script, "协办单位": ""}
        changed |= {"改派单位": "jiwei" if script == "referred" else "tiyu", "紧急程度": "normal"}
        changed |= {"反映人": "某人", "联系电话": f"138000090{hour:02d}"}
        chosen.append(rows[number] | changed)
    path = folder / "ledger.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(chosen[0]))
        writer.writeheader()
        writer.writerows(chosen)
    return path


# Prefect leaves sockets of its clients to the garbage collector.
@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
async def test_the_campaign_plays_as_written_and_the_chain_holds(
    prefect_api: str, stack_settings: Settings, tmp_path: Path
) -> None:
    office = open_office(stack_settings, "shortplay")
    moments: list[Moment] = []
    WATCH.set(lambda _share, moment: moments.append(moment))
    ledger = str(short_ledger(tmp_path))
    state: State[Any] = await campaign(ledger, UNTIL, "shortplay", return_state=True)
    assert state.message is not None
    assert state.is_completed(), state.message
    assert "0 次未按剧本" in state.message
    assert [moment.at for moment in moments] == sorted(moment.at for moment in moments)
    events = Counter(event for (event,) in office.rows("select event from history"))
    assert events.keys() >= {
        "returned",
        "confirmed",
        "redispatched",
        "extended",
        "shelved",
        "submission_rejected",
        "rehandled",
        "merged",
        "split",
        "referred",
        "rejected",
        "excluded",
        "escalated",
        "reminded",
    }
    assert not verify(office.desk(moments[-1].at).engine).faults
