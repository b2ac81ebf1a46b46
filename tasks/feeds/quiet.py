"""The HTTP library says nothing while a source is asked: it would log addresses with secrets."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_asking: ContextVar[bool] = ContextVar("asking", default=False)


def _let_through(_record: logging.LogRecord) -> bool:
    return not _asking.get()


for _name in ("urllib3.connection", "urllib3.connectionpool", "urllib3.response"):
    logging.getLogger(_name).addFilter(_let_through)


@contextmanager
def quietly() -> Iterator[None]:
    """Keep the library's own words out of every log for the block."""
    token = _asking.set(True)
    try:
        yield
    finally:
        _asking.reset(token)
