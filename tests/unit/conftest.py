"""Fixtures of the unit tests: what a test takes from ``casework`` without naming it."""

import pytest

from domain.clocks import Rules
from tests.unit.casework import RULES


@pytest.fixture
def rules() -> Rules:
    """The rules of the tests: a small calendar and the reference policy."""
    return RULES
