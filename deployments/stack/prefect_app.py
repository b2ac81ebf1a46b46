"""Prefect's server as `prefect server start` runs it, behind our Content-Security-Policy.

`python -m deployments.stack.prefect_app`, with the settings in Prefect's own variables.
"""

import uvicorn
from prefect.server.api.server import create_app
from prefect.settings import get_current_settings

from deployments.stack.csrf import ask_for_changes_only
from deployments.stack.same_origin import SameOrigin

PATIENCE_SECONDS = 3
"""How long requests under way may last when the server is asked to stop."""


def main() -> None:
    """Serves the API, the pages and the background services until SIGTERM."""
    ask_for_changes_only()
    api = get_current_settings().server.api
    uvicorn.run(
        SameOrigin(create_app(final=True)),
        host=str(api.host),
        port=api.port,
        timeout_keep_alive=api.keepalive_timeout,
        timeout_graceful_shutdown=PATIENCE_SECONDS,
        ws_ping_interval=api.websocket_ping_interval,
        ws_ping_timeout=api.websocket_ping_timeout,
        log_level=get_current_settings().server.logging_level.lower(),
    )


if __name__ == "__main__":
    main()
