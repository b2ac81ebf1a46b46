"""A portal on the bench's database, and who knocks at it."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import httpx
import uvicorn
from httpx import Response

from portal.app import create_app
from portal.logs import LOGGING
from portal.site import GEOREPORT, Site
from tasks.desk import Desk
from tasks.open311.keys import new_key
from tasks.settings import Settings
from tests.integration.conftest import MONDAY, Bench


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    moment: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **time: float) -> None:
        self.moment += timedelta(**time)


class Door:
    """The portal, one clock, and a key to one channel."""

    def __init__(self, bench: Bench, site: Site, clock: Clock, client: httpx.Client) -> None:
        self.bench = bench
        self.site = site
        self.clock = clock
        self.client = client
        self.key = self.new_key()

    def new_key(self, channel: str = "12345", per_minute: int = 60) -> str:
        return new_key(self.desk, channel, "热线平台", per_minute)[1]

    @property
    def desk(self) -> Desk:
        return self.site.desk()

    def get(self, path: str, key: str | None = None, **query: str) -> Response:
        known = {"api_key": self.key if key is None else key}
        return self.client.get(f"{GEOREPORT}/{path}", params=known | query)

    def post(self, form: Mapping[str, str], path: str = "requests.json") -> Response:
        return self.client.post(f"{GEOREPORT}/{path}", data={"api_key": self.key, **form})

    def report(self, description: str = "小区地库漏水多日无人维修", **form: str) -> str:
        """Post a good request and give its number."""
        answer = self.post({"service_code": "service", "description": description} | form)
        assert answer.status_code == 200, answer.text
        return str(answer.json()[0]["service_request_id"])

    def one(self, no: str, **query: str) -> dict[str, Any]:
        answer = self.get(f"requests/{no}.json", **query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()
        return found[0]

    def registered(self) -> list[tuple[object, ...]]:
        return self.bench.rows(
            "select outcome, source_id, reason, file from intake_row order by id"
        )


@contextmanager
def opened(bench: Bench, home: Path) -> Iterator[Door]:
    """Serve from the bench, on a port of its own, for the block."""
    clock = Clock()
    site = Site(Settings(home=home), "live", bench.engine, clock)
    # Named as TCP, so that asyncio sends answers without waiting, as it does for its own sockets.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            create_app(site), log_config=LOGGING, access_log=False, proxy_headers=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.005)
            address = f"http://127.0.0.1:{listening.getsockname()[1]}"
            with httpx.Client(base_url=address, trust_env=False) as client:
                yield Door(bench, site, clock, client)
        finally:
            server.should_exit = True
            thread.join()


def xml(answer: Response) -> Element:
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    return fromstring(answer.content)  # noqa: S314 - what we wrote ourselves


def refusal(answer: Response) -> tuple[int, str]:
    """The code and sentence of a refusal in GeoReport's shape."""
    (error,) = answer.json()
    assert set(error) == {"code", "description"}
    assert error["code"] == answer.status_code
    return error["code"], error["description"]
