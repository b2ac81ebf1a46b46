"""The environment of what runs here: Prefect set up for this home, and nothing asked outside."""

import os
from collections.abc import Mapping
from datetime import timedelta

from tasks.addresses import prefect_database_url
from tasks.settings import Settings

RUNS_KEPT = timedelta(days=90)
EVENTS_KEPT = timedelta(days=7)
WORKER_POLL_SECONDS = 2
_NEVER_INHERITED = ("PREFECT_API_KEY", "PREFECT_PROFILE", "PREFECT_PROFILES_PATH")


def client_environment(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment plus what every process that talks to our Prefect server needs.

    A home is given to those who have none, and the proxy of the network is kept out of what
    stays on this machine.
    """
    chosen = {name: value for name, value in environ.items() if name not in _NEVER_INHERITED}
    home = chosen.get("HOME", "")
    if not home or not os.access(home, os.W_OK):
        chosen["HOME"] = str(settings.home)
    chosen |= {
        "RECTIFY_HOME": str(settings.home),
        "PREFECT_HOME": str(settings.home / "prefect"),
        "PREFECT_API_URL": settings.api_url,
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": str(WORKER_POLL_SECONDS),
        "DO_NOT_TRACK": "1",
        "PYTHONUTF8": "1",
        "PYTHONSAFEPATH": "1",
        "NO_PROXY": _with_loopback(chosen.get("NO_PROXY") or chosen.get("no_proxy", "")),
    }
    chosen["no_proxy"] = chosen["NO_PROXY"]
    if settings.prefect_auth is not None:
        chosen["PREFECT_API_AUTH_STRING"] = settings.prefect_auth
    return chosen


def server_environment(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of the Prefect server, which alone knows its database."""
    chosen = client_environment(settings, environ) | {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": prefect_database_url(settings),
        "PREFECT_SERVER_API_HOST": settings.host,
        "PREFECT_SERVER_API_PORT": str(settings.prefect_port),
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        # Prefect's own default lets the pages of any site read the API, the token included.
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": settings.api_url.removesuffix("/api"),
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_UI_API_URL": "/api",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(settings.home / "prefect" / "ui"),
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": _iso(RUNS_KEPT),
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": _iso(EVENTS_KEPT),
    }
    if settings.prefect_auth is not None:
        chosen["PREFECT_SERVER_API_AUTH_STRING"] = settings.prefect_auth
    return chosen


def _with_loopback(hosts: str) -> str:
    return ",".join([*filter(None, hosts.split(",")), "127.0.0.1", "localhost", "::1"])


def _iso(period: timedelta) -> str:
    """An ISO 8601 duration; as seconds it would be refused by some of Prefect's settings."""
    return f"P{period.days}D"
