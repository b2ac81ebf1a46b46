"""Prefect's protection against forged requests, asked for where something changes.

Prefect wants its token for every POST, though most POSTs of its API only read (``…/filter``,
``…/count``): scripts that look with curl would be refused for nothing. A forged read is useless to
a foreign page, which cannot see the answer: only our own origin is allowed to.
"""

from prefect.server.api import middleware
from prefect.server.api.middleware import CsrfMiddleware, NextMiddlewareFunction
from starlette.requests import Request
from starlette.responses import Response

_READS = frozenset({"filter", "count", "history", "paginate"})
"""Last parts of the paths that read."""


class TokenForChanges(CsrfMiddleware):
    """Prefect's own middleware, passed by for requests that read."""

    async def dispatch(self, request: Request, call_next: NextMiddlewareFunction) -> Response:
        """Answers reads at once, everything else as Prefect does."""
        if request.url.path.rpartition("/")[2] in _READS:
            return await call_next(request)
        return await super().dispatch(request, call_next)


def ask_for_changes_only() -> None:
    """Make the server that is created next use ``TokenForChanges``."""
    middleware.CsrfMiddleware = TokenForChanges  # type: ignore[misc]
