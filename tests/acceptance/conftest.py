"""One Prefect server for all acceptance tests, on the session's PostgreSQL, as `up` starts it."""

import gc
import os
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

from deployments.stack.child import Child
from deployments.stack.environment import client_environment
from deployments.stack.health import wait_until_ready
from deployments.stack.services import prefect_server
from tasks.settings import Settings

READY_SECONDS = 120.0


@contextmanager
def unmeasured() -> Iterator[None]:
    """Start what is Prefect's own without measuring coverage, which slows it down."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        yield


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def stack_settings(postgres: Settings) -> Settings:
    """The session's settings with ports of their own."""
    return replace(postgres, prefect_port=free_port(), portal_port=free_port())


@pytest.fixture(scope="session")
def stack_environment(stack_settings: Settings) -> dict[str, str]:
    """The environment in which a program finds the stack of these tests."""
    ports = {
        "RECTIFY_PREFECT_PORT": str(stack_settings.prefect_port),
        "RECTIFY_PORTAL_PORT": str(stack_settings.portal_port),
    }
    return client_environment(stack_settings, os.environ) | ports


@pytest.fixture(scope="session")
def prefect_api(
    stack_settings: Settings,
    stack_environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of a running Prefect server, which this process and its children then use."""
    logs: Path = tmp_path_factory.mktemp("logs")
    with unmeasured():
        server = Child.start(prefect_server(stack_settings), logs)
    try:
        wait_until_ready(f"{stack_settings.api_url}/health", server.why_dead, READY_SECONDS)
        here = {PREFECT_API_URL: stack_settings.api_url, PREFECT_API_AUTH_STRING: ""}
        with pytest.MonkeyPatch.context() as patch, temporary_settings(here):
            for name, value in stack_environment.items():
                patch.setenv(name, value)
            yield stack_settings.api_url
    finally:
        # What Prefect's client still has to say at exit would otherwise wait for a dead server.
        for service in (EventsWorker, APILogWorker):
            service.drain_all(timeout=10)
        server.stop()


@pytest.fixture(scope="module", autouse=True)
def collected() -> Iterator[None]:
    """Prefect leaves sockets of its clients to the garbage collector: no later test meets them."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
