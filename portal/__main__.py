"""The portal as a process: `python -m portal`. It listens on this machine alone.

Whoever lets others in puts a server with TLS before it.
"""

import sys

import uvicorn

from domain.errors import RectifyError
from portal.app import create_app
from portal.logs import LOGGING
from portal.site import open_site
from tasks.settings import PORTAL_HOST

AT_ONCE = 400
"""Connections served at a time; the others are told to come again (503)."""
PATIENCE_SECONDS = 3
"""How long requests under way may last when the portal is asked to stop."""


def main() -> int:
    """Serve until SIGTERM; what keeps the portal from starting is its last word."""
    try:
        site = open_site()
    except RectifyError as error:
        sys.stderr.write(f"{error.sentence}\n")
        return 1
    uvicorn.run(
        create_app(site),
        host=PORTAL_HOST,
        port=site.settings.portal_port,
        log_config=LOGGING,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=AT_ONCE,
        timeout_graceful_shutdown=PATIENCE_SECONDS,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
