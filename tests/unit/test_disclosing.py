"""Who on the responsible side may see a reporter: nobody, but under a disclosure in force."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.codes import State
from domain.disclosing import Bar, Grant, Subject, bar_to_granting, bar_to_reading, require
from domain.errors import Refused
from domain.limits import Limit
from domain.policy_reading import PolicyInvalid
from domain.retaining import DEFAULT, Retention
from tests.unit.casework import t

MONDAY, FRIDAY = t("03-02 10:00"), t("03-06 10:00")
CASE = Subject("QD2026-000001", State.RECTIFYING, ("shuiwu", "zhujian"), reachable=True)
GRANT = Grant("shuiwu", MONDAY, FRIDAY)


@pytest.mark.parametrize("unit", ["shuiwu", "zhujian"])
def test_lead_and_assisting_units_may_be_let_see_the_reporter(unit: str) -> None:
    assert bar_to_granting(CASE, unit) is None


@pytest.mark.parametrize(
    ("subject", "unit", "bar"),
    [
        (CASE, "jiwei", Bar.UNIT),
        (replace(CASE, reachable=False), "shuiwu", Bar.NOBODY),
        (replace(CASE, state=State.REFERRED), "shuiwu", Bar.STATE),
        (replace(CASE, state=State.REJECTED), "shuiwu", Bar.STATE),
        (replace(CASE, state=State.DETECTED), "shuiwu", Bar.STATE),
    ],
)
def test_nobody_else_may_and_neither_a_grant_nor_a_reading_gets_past(
    subject: Subject, unit: str, bar: Bar
) -> None:
    assert bar_to_granting(subject, unit) is bar
    assert bar_to_reading(subject, unit, [replace(GRANT, unit=unit)], MONDAY) is bar
    with pytest.raises(Refused, match=f"QD2026-000001：{bar.value[:6]}"):
        require(subject, bar)


@pytest.mark.parametrize(
    ("grant", "moment", "seen"),
    [
        (GRANT, MONDAY, True),
        (GRANT, FRIDAY - timedelta(seconds=1), True),
        (GRANT, FRIDAY, False),
        (GRANT, MONDAY - timedelta(seconds=1), False),
        (replace(GRANT, unit="zhujian"), MONDAY, False),
        (replace(GRANT, revoked_at=MONDAY + timedelta(hours=1)), MONDAY, True),
        (replace(GRANT, revoked_at=MONDAY + timedelta(hours=1)), FRIDAY - timedelta(1), False),
    ],
)
def test_a_unit_sees_the_reporter_only_while_its_grant_holds(
    grant: Grant, moment: object, *, seen: bool
) -> None:
    found = bar_to_reading(CASE, "shuiwu", [grant], moment)  # type: ignore[arg-type]
    assert found is (None if seen else Bar.NONE)


def test_without_any_grant_the_default_is_no() -> None:
    assert bar_to_reading(CASE, "shuiwu", [], MONDAY) is Bar.NONE
    require(CASE, None)


def test_texts_are_never_erased_before_the_identity() -> None:
    assert (DEFAULT.identity, DEFAULT.texts) == (Limit(12, "mo"), Limit(36, "mo"))
    with pytest.raises(PolicyInvalid, match=r"\[retention\].texts 不应短于 identity"):
        Retention(Limit(12, "mo"), Limit(11, "mo"), Limit(30, "d"))
