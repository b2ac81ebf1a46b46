"""The sections of the policy by which units are judged; sources stand in the policy file."""

from dataclasses import dataclass
from typing import Annotated

from domain.policy_reading import percentage, refuse, whole

Points = Annotated[int, whole(0, 100)]
"""Points of a score, 0 to 100."""
Percentage = Annotated[float, percentage()]
"""A rate in percent."""

_FULL = 100


@dataclass(frozen=True)
class Score:
    """Weights of the three rates, 100 together, and points off for each case that was carded.

    Only red cards and circulated criticism cost: with blue and yellow the work is not late.
    """

    response: Points
    resolution: Points
    satisfaction: Points
    red: Points
    criticism: Points

    def __post_init__(self) -> None:
        total = self.response + self.resolution + self.satisfaction
        refuse(
            (
                total != _FULL,
                f"[score] 的 response、resolution、satisfaction 应合计 100，现合计 {total}。",
            ),
            (self.criticism < self.red, "[score].criticism 不应少于 red：通报批评重于红牌。"),
        )


@dataclass(frozen=True)
class Grades:
    """The least score of 优秀, 良好 and 一般; what is below is 较差."""

    excellent: Points
    good: Points
    fair: Points

    def __post_init__(self) -> None:
        falling = self.excellent > self.good > self.fair
        refuse((not falling, "[grades] 的 excellent、good、fair 应由高到低。"))


@dataclass(frozen=True)
class Floor:
    """Satisfaction below this rate draws a notice to rectify."""

    satisfaction: Percentage


@dataclass(frozen=True)
class Rhythm:
    """When units are told where they stand.

    The weekday (1 Monday) of the weekly notice, how many lead and trail each month's list, and how
    many months a grade covers.
    """

    notice_weekday: Annotated[int, whole(1, 7)]
    top: Annotated[int, whole(1, 99)]
    bottom: Annotated[int, whole(1, 99)]
    grade_months: Annotated[int, whole(1, 12)]


@dataclass(frozen=True)
class Yardstick:
    """The rates that the city's hotline reported, to compare with."""

    solved: Percentage
    satisfied: Percentage
