"""Benchmarks run only when named; each on a seeded database of its own."""

from pathlib import Path

import pytest

from tests.benchmarks.ratio import MEASURED
from tests.integration.conftest import Bench, bench, seeded

__all__ = ["Bench", "bench", "seeded"]

_HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def durable() -> bool:
    """Everything is measured as it runs for users."""
    return True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is here as a benchmark."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.benchmark)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what was measured."""
    for line in MEASURED:
        terminalreporter.write_line(line)
