"""An address that holds its key, for clients that send none when they read.

GeoReport asks for keys on writing only, so most clients cannot send one when they read; here every
request is answered for one channel. Such a client is given ``…/open311/v2/key/KEY/`` as the address
of the interface.
"""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from portal.site import GEOREPORT

STATE = "open311_key"
"""Under which name the key travels with the request."""
_KEYED = re.compile(rf"{GEOREPORT}/key/([^/]+)(/.*)")


class KeyedAddresses:
    """An ASGI application that takes the key out of the path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request as if its address held no key."""
        if scope["type"] == "http" and (found := _KEYED.fullmatch(scope["path"])):
            path = f"{GEOREPORT}{found[2]}"
            state = {**scope.get("state", {}), STATE: found[1]}
            scope = {**scope, "path": path, "raw_path": path.encode(), "state": state}
        await self._app(scope, receive, send)
