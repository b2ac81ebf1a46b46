"""How long a failed message waits."""

from datetime import timedelta
from random import Random

import pytest

from tasks.delivery.backoff import ATTEMPTS, LONGEST_DELAY, LONGEST_REST, delay, rest


class Middle(Random):
    """A random source that always gives the middle."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 64), (8, 120), (9, 120), (10, 120)],
)
def test_the_wait_doubles_up_to_two_hours(attempts: int, minutes: int) -> None:
    assert delay(attempts, Middle()) == timedelta(minutes=minutes)


def test_what_failed_together_is_not_tried_together() -> None:
    rng = Random(1)
    waits = {delay(5, rng) for _ in range(50)}
    assert len(waits) > 40
    assert all(timedelta(minutes=12) < wait < timedelta(minutes=20) for wait in waits)


def test_the_same_random_source_gives_the_same_waits() -> None:
    assert [delay(n, Random(7)) for n in (1, 4)] == [delay(n, Random(7)) for n in (1, 4)]


def test_a_huge_number_of_attempts_does_not_overflow() -> None:
    assert delay(10**6, Middle()) == LONGEST_DELAY


def test_ten_tries_take_most_of_a_working_day() -> None:
    total = sum((delay(n, Middle()) for n in range(1, ATTEMPTS)), timedelta())
    assert timedelta(hours=5) < total < timedelta(hours=9)


@pytest.mark.parametrize(("failures", "minutes"), [(3, 5), (4, 10), (5, 20), (6, 40), (7, 60)])
def test_a_receiver_that_stays_away_is_left_alone_for_a_growing_time(
    failures: int, minutes: int
) -> None:
    assert rest(failures, Middle()) == timedelta(minutes=minutes)


def test_a_receiver_that_was_away_once_or_twice_is_tried_in_every_round() -> None:
    assert [rest(failures, Middle()) for failures in (1, 2)] == [None, None]


def test_a_receiver_away_for_ever_is_still_tried_every_hour() -> None:
    assert rest(10**6, Middle()) == LONGEST_REST
