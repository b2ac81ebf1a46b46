"""How often the dispatch rules propose the unit that a person named, on labels made before."""

import csv
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.triaging import Proposal, Triage

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "deployments" / "reference"
MESSAGES = Path(
    os.environ.get(
        "RECTIFY_MESSAGES", ROOT.parent / "shared" / "data" / "citizen-messages" / "messages.csv"
    )
)
UNITS = tomllib.loads((REFERENCE / "units.toml").read_text("utf-8"))["unit"]
DISTRICTS = {unit["code"] for unit in UNITS if unit["kind"] in {"district", "zone"}}
NAMES = {name: unit["code"] for unit in UNITS for name in (unit["name"], *unit["aliases"])}


@dataclass(frozen=True)
class Labelled:
    """A label beside what the rules propose."""

    unit: str
    proposal: Proposal

    @property
    def candidates(self) -> list[str]:
        return [one.unit for one in self.proposal.reasons]

    @property
    def told(self) -> bool:
        """Whether the text can tell: a district is not to be known where no place is named."""
        return self.unit not in DISTRICTS or any(one.placed for one in self.proposal.reasons)


def rows(path: Path, *columns: str) -> dict[str, list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row[columns[0]]: [row[c] for c in columns[1:]] for row in csv.DictReader(file)}


def labelled(source: str, texts: dict[str, list[str]]) -> Iterator[Labelled]:
    triage = Triage(tomllib.loads((REFERENCE / "dispatch.toml").read_text("utf-8")), names=NAMES)
    with (ROOT / "tests" / "data" / "unit_labels.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["source"] == source:
                yield Labelled(row["unit"], triage.propose(*texts[row["number"]]))


def shares(found: list[Labelled]) -> tuple[float, float]:
    first = sum(one.candidates[:1] == [one.unit] for one in found)
    top = sum(one.unit in one.candidates for one in found)
    print(f"top-1 {first}/{len(found)}, top-3 {top}/{len(found)}")  # noqa: T201 - what it is run for
    return first / len(found), top / len(found)


@pytest.mark.skipif(not MESSAGES.exists(), reason="the real messages are not part of the project")
def test_the_right_unit_of_real_messages_is_proposed() -> None:
    found = list(labelled("message", rows(MESSAGES, "留言编号", "留言主题", "留言详情")))
    first, top = shares(found)
    assert len(found) == 60
    assert (first >= 0.75, top >= 0.92) == (True, True)


def sample(*columns: str) -> dict[str, list[str]]:
    return rows(REFERENCE / "sample_ledger.csv", "编号", "事由", "问题描述", "渠道", *columns)


def test_the_right_unit_of_sample_cases_is_proposed_where_their_text_tells_it() -> None:
    """The author meant a district in twelve cases whose text names no place: nobody can tell."""
    found = list(labelled("sample", sample()))
    first, top = shares([one for one in found if one.told])
    assert (len(found), sum(not one.told for one in found)) == (60, 12)
    assert (first >= 0.75, top >= 0.92) == (True, True)


def test_the_right_unit_of_sample_cases_is_proposed_once_the_ledger_names_districts() -> None:
    given = sample("所在区市").items()
    texts = {
        no: [subject, f"{body}\n所在区市：{district}" if district else body, channel]
        for no, (subject, body, channel, district) in given
    }
    first, top = shares(list(labelled("sample", texts)))
    assert (first >= 0.75, top >= 0.92) == (True, True)
