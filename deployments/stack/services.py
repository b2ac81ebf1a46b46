"""What the stack consists of: each service's command, environment and patience."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from deployments.stack.environment import client_environment, server_environment
from tasks.settings import Settings

POOL = "rectify"
TITLES = {"server": "Prefect 服务器", "worker": "执行器", "portal": "门户"}
"""The services that must always run, and what people call them."""


@dataclass(frozen=True, slots=True)
class Service:
    """A process to run: `name` for files, `title` for people, `grace` seconds to end by itself."""

    name: str
    title: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    grace: float = 10.0


def prefect_server(settings: Settings) -> Service:
    """The Prefect server, on our PostgreSQL."""
    command = _module("deployments.stack.prefect_app")
    environment = server_environment(settings, os.environ)
    return Service("server", TITLES["server"], command, environment)


def worker(settings: Settings) -> Service:
    """The worker that runs deployments, as many at once as this machine carries well."""
    at_once = str(max(4, 2 * (os.cpu_count() or 1)))
    options = ("--pool", POOL, "--type", "process", "--limit", at_once)
    command = (*_module("prefect"), "worker", "start", *options)
    # Prefect keeps its runners' files in the system's temporary folder under a name that all users
    # of the machine share, so that the second user's worker could not start.
    own = {"TMPDIR": str(settings.home / "prefect")}
    environment = client_environment(settings, os.environ) | own
    return Service("worker", TITLES["worker"], command, environment, 15.0)


def portal(settings: Settings) -> Service:
    """The portal, for those who are not operators: it listens on this machine alone."""
    environment = client_environment(settings, os.environ)
    return Service("portal", TITLES["portal"], _module("portal"), environment)


def step(settings: Settings, name: str, title: str, module: str, *arguments: str) -> Service:
    """A command of ours that ends by itself."""
    environment = client_environment(settings, os.environ)
    return Service(name, title, (*_module(module), *arguments), environment)


def _module(name: str) -> tuple[str, ...]:
    # Never a console script: the system limits the length of the path in its first line.
    return (sys.executable, "-m", name)
