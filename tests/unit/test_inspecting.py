"""Who inspects: never who had the case, nobody with an interest, everybody about as much."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from domain.inspecting import Assignment, Inspector, assign, may_inspect

UNITS = ["shuiwu", "zhujian", "shenpi", "office"]
AREAS = ["service", "policy"]
NAMES = ["周督", "吴督", "郑督"]
some_units = st.sets(st.sampled_from(UNITS), max_size=2)
inspectors = st.lists(
    st.builds(
        Inspector,
        code=st.sampled_from([f"i{n}" for n in range(6)]),
        name=st.sampled_from(NAMES),
        unit=st.sampled_from(UNITS),
        environments=st.sets(st.sampled_from(AREAS), max_size=1).map(tuple),
        units=some_units.map(tuple),
        conflicts=some_units.map(tuple),
    ),
    max_size=5,
    unique_by=lambda one: one.code,
)
tasks = st.lists(
    st.builds(
        lambda number, lead, others, area, persons: Assignment(
            number, f"QD2026-{number:06d}", lead, area, frozenset({lead, *others}), persons
        ),
        st.integers(1, 99),
        st.sampled_from(UNITS),
        some_units,
        st.sampled_from(AREAS),
        st.frozensets(st.sampled_from(NAMES), max_size=1),
    ),
    max_size=12,
    unique_by=lambda task: task.number,
)


@given(tasks, inspectors, st.text(max_size=5))
def test_nobody_inspects_what_they_or_their_unit_had_or_have_an_interest_in(
    wanted: list[Assignment], people: list[Inspector], seed: str
) -> None:
    known = {one.code: one for one in people}
    chosen = assign(wanted, people, {}, seed)
    for task in wanted:
        if task.number in chosen:
            one = known[chosen[task.number]]
            assert one.unit not in task.units
            assert one.name not in task.persons
            assert not set(one.conflicts) & task.units
            assert not one.environments or task.environment in one.environments
            assert not one.units or task.lead_unit in one.units
        else:
            assert not any(may_inspect(one, task) for one in people)


@given(st.integers(1, 20), st.text(max_size=5))
def test_whoever_may_do_all_shares_evenly_and_the_least_busy_goes_first(
    count: int, seed: str
) -> None:
    people = [Inspector(code, code, "office") for code in ("a", "b", "c")]
    wanted = [
        Assignment(n, f"QD2026-{n:06d}", "shuiwu", "", frozenset({"shuiwu"})) for n in range(count)
    ]
    shares = Counter(assign(wanted, people, {}, seed).values())
    assert max(shares.values()) - min(shares[code] for code in "abc") <= 1
    assert assign(wanted, reversed(people), {}, seed) == assign(wanted, people, {}, seed)
    busy = assign(wanted, people, {"a": 20, "b": 20}, seed)
    assert set(busy.values()) == {"c"}


def test_ties_go_by_the_seed_and_not_always_to_the_same_person() -> None:
    people = [Inspector(code, code, "office") for code in ("a", "b", "c")]
    task = Assignment(1, "QD2026-000001", "shuiwu", "", frozenset({"shuiwu"}))
    firsts = {assign([task], people, {}, f"2026-03-{day:02d}")[1] for day in range(1, 29)}
    assert firsts == {"a", "b", "c"}
