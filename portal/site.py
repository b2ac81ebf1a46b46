"""What the portal serves from: settings, one database, and the clock that is read here."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from tasks.desk import LIVE, Desk, open_desk
from tasks.settings import Settings, load_settings

GEOREPORT = "/open311/v2"
"""The path under which GeoReport v2 is spoken."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Site:
    """One database for all requests; each gets a desk of its own, at its own moment."""

    settings: Settings
    database: str
    engine: Engine
    now: Callable[[], datetime] = _now

    def desk(self) -> Desk:
        """Sit down for one request."""
        moment = self.now()
        return Desk(self.settings, self.database, self.engine, moment, moment)

    @property
    def georeport(self) -> str:
        """The address of GeoReport as others reach it."""
        return f"{self.settings.public_url}{GEOREPORT}"


def open_site(environ: Mapping[str, str] = os.environ) -> Site:
    """Read the settings and open the live database; refuses a schema that does not fit."""
    settings = load_settings(environ)
    desk = open_desk(settings, LIVE, _now())
    return Site(settings, LIVE, desk.engine)
