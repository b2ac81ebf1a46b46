"""A policy that is shown can be edited and read again."""

import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from deployments.cli.toml_text import toml_text
from deployments.reference.seed import reference

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
VALUES = TEXTS | st.booleans() | st.integers(-(2**31), 2**31) | st.floats(-1e6, 1e6)
SECTION = st.dictionaries(TEXTS, VALUES | st.lists(TEXTS, max_size=2), max_size=2)
DATA = st.dictionaries(
    TEXTS, VALUES | SECTION | st.dictionaries(TEXTS, VALUES | SECTION, max_size=2), max_size=3
)


@settings(max_examples=50, deadline=None)
@given(data=DATA)
def test_what_is_written_is_read_back_the_same(data: dict[str, Any]) -> None:
    assert tomllib.loads(toml_text(data)) == data


def test_the_default_policy_is_read_back_the_same() -> None:
    policy = reference().policy
    assert tomllib.loads(toml_text(policy)) == policy
