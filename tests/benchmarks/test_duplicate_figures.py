"""How well duplicates are found in real messages, by hand-labelled hot matters.

The messages are not part of the project: ``RECTIFY_MESSAGES`` names their file, or they lie in the
sibling folder ``shared``. The labels in tests/data/hot_matters.csv are numbers and matters only.
"""

import csv
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from domain.fingerprints import fingerprint
from domain.similarity import Weights, score, weighed
from domain.wording import mask
from models.comparing import compare_pending
from models.identity import Keys, Sealer
from models.intake import take_in
from models.intake_rows import Delivery, IncomingRow
from tests.benchmarks.ratio import report
from tests.integration.conftest import MONDAY, Bench

ROOT = Path(__file__).parents[2]
SIBLING = ROOT.parent / "shared" / "data" / "citizen-messages" / "messages.csv"
MESSAGES = Path(os.environ.get("RECTIFY_MESSAGES", SIBLING))
LABELS = ROOT / "tests" / "data" / "hot_matters.csv"
NONE = "none"
FROM = 0.5

pytestmark = pytest.mark.skipif(
    not MESSAGES.exists(), reason="needs the real messages: RECTIFY_MESSAGES=messages.csv"
)


@pytest.fixture(scope="module")
def messages() -> list[tuple[str, str, str]]:
    with MESSAGES.open(encoding="utf-8", newline="") as file:
        return [(r["留言编号"], r["留言主题"], r["留言详情"]) for r in csv.DictReader(file)]


@pytest.fixture(scope="module")
def matters() -> dict[str, str]:
    with LABELS.open(encoding="utf-8", newline="") as file:
        return {row["number"]: row["matter"] for row in csv.DictReader(file)}


def test_labelled_pairs_are_found_and_no_others(
    messages: list[tuple[str, str, str]], matters: dict[str, str]
) -> None:
    """Every pair of a message of a hot matter with any message of the city, labelled or not.

    It is right to suggest it when both have the same matter, and wrong otherwise.
    """
    prints = [fingerprint(subject, body) for _, subject, body in messages]
    held = Counter(shingle for one in prints for shingle in one.whole | one.places)
    weights = Weights(len(prints), held)
    all_ = [weighed(one, weights) for one in prints]
    labels = [matters.get(number, NONE) for number, _, _ in messages]
    right, wrong, missed = 0, 0, Counter[str]()
    for a, b in _pairs(labels):
        same = labels[a] == labels[b]
        suggested = score(all_[a], all_[b], weights) >= FROM
        right += same and suggested
        wrong += suggested and not same
        missed[labels[a]] += same and not suggested
    recall, precision = right / (right + missed.total()), right / (right + wrong)
    report(
        f"duplicates: recall {recall:.3f}, precision {precision:.3f} over {right + missed.total()}"
        f" pairs of {len(set(labels)) - 1} matters against all {len(messages)} messages"
    )
    assert recall >= 0.9
    assert precision >= 0.9


def _pairs(labels: list[str]) -> Iterator[tuple[int, int]]:
    """Each pair once that has a message of a hot matter in it."""
    for a, label in enumerate(labels):
        if label != NONE:
            yield from ((a, b) for b, other in enumerate(labels) if b > a or other == NONE)


def test_a_message_of_a_hot_matter_finds_it_on_entry(
    bench: Bench, messages: list[tuple[str, str, str]], matters: dict[str, str]
) -> None:
    """The whole way in: of the messages whose matter came in before, how many are told of it."""
    rows = [
        IncomingRow(n, number, mask(subject), body)
        for n, (number, subject, body) in enumerate(messages)
    ]
    sealer = Sealer(Keys("k", {"k": bytes(32)}, bytes(32)))
    take_in(bench.engine, rows, Delivery("12345", "m", MONDAY, MONDAY), sealer)
    assert compare_pending(bench.engine, MONDAY).cases == len(messages)
    suggested = defaultdict[str, set[str]](set)
    for new, old in bench.rows(
        "select a.source_id, b.source_id from suggestion s"
        " join intake_row a on a.case_id = s.case_id join intake_row b on b.case_id = s.other_id"
    ):
        suggested[str(new)].add(matters.get(str(old), NONE))
    hot = [(row.source_id, matters.get(row.source_id, NONE)) for row in rows]
    hot = [(number, matter) for number, matter in hot if matter != NONE]
    known: set[str] = set()
    told = asked = 0
    for number, matter in hot:
        if matter in known:
            asked += 1
            told += matter in suggested[number]
        known.add(matter)
    found = [matter == other for number, matter in hot for other in suggested[number]]
    report(
        f"on entry: {told} of {asked} messages whose matter was known were told of it;"
        f" {sum(found)} of {len(found)} matters suggested were right"
    )
    assert told / asked >= 0.9
    assert sum(found) / len(found) >= 0.9


def test_the_labels_hold_at_least_eight_hot_matters_and_no_text(matters: dict[str, str]) -> None:
    members = Counter(matter for matter in matters.values() if matter != NONE)
    assert sum(count >= 3 for count in members.values()) >= 8
    assert all(number.isdigit() for number in matters)
    assert all(a < b for a, b in pairwise(matters))
