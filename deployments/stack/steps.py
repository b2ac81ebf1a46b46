"""Runs one step of starting up as a program whose last words are the reason it failed."""

import sys
from collections.abc import Callable

from domain.errors import RectifyError


def spoken(action: Callable[[], None]) -> int:
    """Runs the action; an error of ours becomes its sentence on stderr and exit code 1."""
    try:
        action()
    except RectifyError as error:
        sys.stderr.write(f"{error.sentence}\n")
        return 1
    return 0
