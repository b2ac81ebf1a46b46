"""The draw: a share of each unit, at least one, the same for whoever redoes it."""

from hypothesis import given
from hypothesis import strategies as st

from domain.drawing import draw, fingerprint, size

numbers = st.integers(1, 999_999).map("QD2026-{:06d}".format)
units = st.sampled_from(["shuiwu", "zhujian", "shenpi", "shuiwuju"])
populations = st.dictionaries(units, st.sets(numbers, min_size=1, max_size=60), max_size=4)
seeds = st.text(max_size=20)
KNOWN = ("QD2026-000002", "QD2026-000005", "QD2026-000007")


@given(populations, st.integers(1, 100), seeds)
def test_each_unit_has_its_share_rounded_up_and_so_at_least_one(
    population: dict[str, set[str]], percent: int, seed: str
) -> None:
    picks = draw(population, percent, seed)
    assert picks.keys() == population.keys()
    for unit, nos in population.items():
        drawn = picks[unit]
        assert set(drawn) <= nos
        assert len(set(drawn)) == len(drawn) >= 1
        assert len(nos) * percent <= len(drawn) * 100 < len(nos) * percent + 100


@given(populations, st.integers(0, 100), seeds)
def test_whoever_redoes_it_draws_the_same_whatever_the_order_of_the_list(
    population: dict[str, set[str]], percent: int, seed: str
) -> None:
    backwards = {
        unit: sorted(nos, reverse=True) for unit, nos in reversed(list(population.items()))
    }
    assert draw(population, percent, seed) == draw(backwards, percent, seed)
    assert fingerprint(population) == fingerprint(backwards)


@given(populations, st.integers(1, 99), seeds)
def test_one_unit_does_not_sway_the_draw_of_another_and_a_larger_share_keeps_what_was_drawn(
    population: dict[str, set[str]], percent: int, seed: str
) -> None:
    together, more = draw(population, percent, seed), draw(population, percent + 1, seed)
    for unit, nos in population.items():
        assert draw({unit: nos}, percent, seed)[unit] == together[unit]
        assert set(together[unit]) <= set(more[unit])


def test_known_draws_stay_as_they_are() -> None:
    """Whoever redoes a recorded draw with a later version must get it again."""
    population = {"shuiwu": [f"QD2026-{n:06d}" for n in range(1, 21)]}
    assert draw(population, 15, "2026-03") == {"shuiwu": KNOWN}
    assert draw(population, 15, "2026-04") != {"shuiwu": KNOWN}
    assert fingerprint(population) != fingerprint({"shuiwu": population["shuiwu"][:-1]})


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw({}, 15, "x") == {}
    assert draw({"shuiwu": ["QD2026-000001"]}, 0, "x") == {"shuiwu": ()}
    assert [size(n, 15) for n in (0, 1, 6, 7, 100)] == [0, 1, 1, 2, 15]


def test_every_case_is_drawn_about_equally_often() -> None:
    population = {"shuiwu": [f"QD2026-{n:06d}" for n in range(20)]}
    counts = dict.fromkeys(population["shuiwu"], 0)
    for seed in range(1000):
        for no in draw(population, 15, str(seed))["shuiwu"]:
            counts[no] += 1
    assert 100 < min(counts.values()) <= max(counts.values()) < 200
