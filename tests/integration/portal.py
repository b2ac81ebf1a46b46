"""A browser at the portal of the bench: it keeps cookies, reads forms, and sends them back."""

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from uuid import uuid4

import httpx
from argon2 import PasswordHasher
from httpx import Response

from tasks.accounts import passwords
from tasks.accounts.keeping import NewPerson, new_account
from tasks.settings import Settings
from tests.integration.conftest import Bench, bench_in
from tests.integration.open311 import Door, opened

PASSWORD = "qingdao-2026-spring"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
Files = list[tuple[str, tuple[str, bytes, str]]]


class Browser:
    """One person's browser at the portal of an address."""

    def __init__(self, address: httpx.URL | str) -> None:
        self.client = httpx.Client(base_url=address, trust_env=False)
        self.page = ""

    def close(self) -> None:
        self.client.close()

    def get(self, path: str, **query: str) -> Response:
        answer = self.client.get(path, params=query or None)
        self.page = answer.text
        return answer

    def text(self) -> str:
        """The page without its markup."""
        return html.unescape(re.sub(r"<[^>]+>", " ", self.page))

    def hidden(self, action: str) -> dict[str, str]:
        """What the form with this action carries."""
        found = re.search(
            rf'<form[^>]*action="{re.escape(action)}".*?</form>', self.page, re.DOTALL
        )
        assert found, (action, self.page)
        return {name: html.unescape(value) for name, value in _HIDDEN.findall(found[0])}

    def send(self, action: str, **typed: str) -> Response:
        """Send a form of the page; follow where it leads."""
        return self.post(action, self.hidden(action) | typed)

    def upload(self, action: str, files: Files, **typed: str) -> Response:
        """Send a form of the page with files."""
        return self.post(action, self.hidden(action) | typed, files)

    def post(self, path: str, form: Mapping[str, str], files: Files | None = None) -> Response:
        answer = self.client.post(path, data=form, files=files)
        self.page = answer.text
        if answer.status_code == 303:
            return self.get(answer.headers["location"])
        return answer

    def sign_in(self, login: str, password: str = PASSWORD) -> Response:
        self.get("/sign-in")
        return self.send("/sign-in", login=login, password=password)


class Portal:
    """The portal, people with accounts, and their browsers."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.bench: Bench = door.bench
        self._browsers: list[Browser] = []
        self._numbers = count(1)

    def browser(self) -> Browser:
        self._browsers.append(Browser(self.door.client.base_url))
        return self._browsers[-1]

    def person(self, unit: str = "shuiwu", role: str = "officer") -> str:
        """Make an account for another person of a unit; gives the login."""
        login = f"person{next(self._numbers)}"
        new_account(self.door.desk, login, NewPerson(f"李{login}", role, unit), PASSWORD)
        return login

    def signed_in(self, unit: str = "shuiwu", role: str = "officer") -> Browser:
        """A browser in which another person of a unit is signed in."""
        browser = self.browser()
        assert browser.sign_in(self.person(unit, role)).status_code == 200
        return browser

    def dispatched(self, unit: str = "shuiwu", **more: str) -> str:
        """Open a case and dispatch it at the portal's time; gives its number."""
        no = self.bench.open(at=self.door.clock(), **more)
        self.bench.dispatch(no, self.door.clock(), unit)
        return no

    def close(self) -> None:
        for browser in self._browsers:
            browser.close()


@contextmanager
def portal_at(bench: Bench, home: Path) -> Iterator[Portal]:
    """The portal of a bench for the block; passwords are hashed cheaply."""
    dear, passwords.HASHER = passwords.HASHER, CHEAP
    try:
        with opened(bench, home) as door:
            portal = Portal(door)
            yield portal
            portal.close()
    finally:
        passwords.HASHER = dear


@contextmanager
def portal_of(settings: Settings, seeded: str, home: Path) -> Iterator[Portal]:
    """A portal at a database that several tests share, which must not mind each other."""
    name = f"portal_{uuid4().hex[:8]}"
    with bench_in(settings, seeded, name) as bench, portal_at(bench, home) as portal:
        yield portal
