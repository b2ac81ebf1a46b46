"""Whatever happened to a case, its deadlines can be explained."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case import Case
from domain.explaining import paragraphs
from domain.explaining_record import Entry, Record, steps
from domain.history import load_ops
from domain.wording import moment
from tests.unit.casework import RULES
from tests.unit.test_random_walks import Step, beginnings
from tests.unit.test_random_walks import steps as turns
from tests.unit.test_time_charged import walked


@settings(max_examples=60, deadline=None)
@given(beginnings, st.lists(turns, min_size=5, max_size=30))
def test_every_clock_that_counts_is_explained_to_the_deadline_it_has(
    case: Case, taken: list[Step]
) -> None:
    walk, at = walked(case, taken)
    entries = [
        Entry(when, "event", "office", load_ops(json.loads(ops)), RULES)
        for when, ops in walk.history
    ]
    told = list(paragraphs(Record(walk.case, RULES, tuple(steps(entries))), at))
    assert all(sentence.endswith("。") for said in told for sentence in said)
    assert len(told[0]) == 1, "the history could be read"
    for clock in walk.case.unstopped():
        title = f"【{clock.kind.zh}】{clock.holder}："
        about = ["".join(said) for said in told if said[0].startswith(title)]
        assert any(moment(clock.due_at) in said for said in about)
