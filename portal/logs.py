"""The portal's log: what failed and where in the code, never what was sent.

No line is written for a request: an address may hold a key. The message of an unforeseen error may
quote what it stumbled over, so only its kind and the lines of code it passed are written.
"""

import logging
import traceback
from types import TracebackType
from typing import Any

_Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Writes of an exception its kind and its way, without its message."""

    def formatException(self, ei: _Failure) -> str:  # noqa: N802 - the name logging gives it
        """Give the lines of code and the kind of the error."""
        kind, _, way = ei
        name = kind.__name__ if kind else "unknown"
        return f"{''.join(traceback.format_tb(way))}{name}"


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "discreet": {"()": Discreet, "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {name: {"handlers": [], "propagate": True} for name in ("uvicorn", "uvicorn.error")},
}
"""What uvicorn and all others log by, whoever has set up uvicorn's loggers before."""
