"""What the canaries meet outside: the portal, a worker, a mail server, a web receiver."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from prefect.exceptions import PrefectHTTPStatusError
from sqlalchemy import create_engine

from deployments.stack.child import Child
from deployments.stack.health import wait_until_ready
from deployments.stack.services import portal
from portal.site import GEOREPORT
from tasks.accounts.keeping import NewPerson, new_account
from tasks.addresses import database_url
from tasks.delivery.delivering import deliver
from tasks.open311.keys import new_key
from tasks.settings import Settings
from tests.acceptance import canary_sources as sources
from tests.acceptance.canary_search import text_place, unpacked
from tests.acceptance.canary_story import HELPER, OTHER, UNIT, Told, failing_inserts
from tests.acceptance.office import (
    MONDAY,
    Office,
    day,
    deploy_unscheduled,
    ended,
    order,
    working,
)
from tests.integration.portal import PASSWORD, Browser
from tests.integration.receivers import mail_server, web_server

READY_SECONDS = 60.0
SECRET = "只为试发"
FORMS = {
    ("close/验收销号", "opinion"): {"step": "验收", "decision": "通过"},
    ("close/验收销号", "actor"): {"step": "验收", "decision": "通过"},
    ("handle/登记办理", "text"): {"action": "阶段答复", "by": "市水务管理局"},
    ("assign/交办", "assist"): {"unit": "市水务管理局"},
    ("settle/其他处置", "about"): {"action": "移送", "to": "市纪委监委"},
}
"""Forms, with the fields that somebody types numbers into, and what else they need."""


@contextmanager
def portal_of(office: Office, logs: Path) -> Iterator[str]:
    """Run the portal on the office's database; gives where GeoReport is spoken."""
    url = database_url(office.settings, office.database, "app").replace("+psycopg2", "")
    settings = replace(office.settings, database_url=url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECTIFY_DATABASE_URL", url)
        child = Child.start(portal(settings), logs)
    try:
        wait_until_ready(f"{settings.portal_url}/health", child.why_dead, READY_SECONDS)
        yield f"{settings.portal_url}/open311/v2"
    finally:
        child.stop()


def pushed(told: Told, endpoint: str) -> None:
    """Push a problem in, and ask about it and all others with this key and another's."""
    keys = [
        new_key(told.office.desk(MONDAY), channel, channel, 60)[1] for channel in ("12345", "media")
    ]
    no = sources.push(told.marks, endpoint, keys[0])
    for key in keys:
        for path in (f"requests/{no}.json", "requests.json", "requests.xml"):
            answer = httpx.get(f"{endpoint}/{path}", params={"api_key": key})
            told.said.append(text_place(f"Open311 {path}", f"{answer.headers} {answer.text}"))


def looked_at(told: Told, endpoint: str) -> None:
    """Let a leader of each unit look at all there is on the portal, also at what is not theirs."""
    cases = [f"/case/{no}" for no in told.nos.values()]
    for unit in (UNIT, HELPER, OTHER):
        new_account(told.office.desk(MONDAY), unit, NewPerson("李科", "leader", unit), PASSWORD)
        with closing(Browser(endpoint.removesuffix(GEOREPORT))) as browser:
            assert browser.sign_in(unit).is_success
            seen = [browser.get(path) for path in ("/", "/standing", *cases)]
        assert any(answer.is_success for answer in seen[2:]), unit
        told.pages += [
            text_place("page of a unit", f"{one.url} {one.headers} {one.text}") for one in seen
        ]


async def by_worker(told: Told, logs: Path) -> None:
    """Let a worker meet a failing insert, and the server a form that holds a number."""
    await asyncio.to_thread(deploy_unscheduled, told.office.settings)
    file = sources.write(
        told.folder / "失败二.csv", [sources.row(told.marks, "F-2", "plain", "failing worker")]
    )
    with working(told.office.settings, logs), failing_inserts(told, sources.MATTER):
        words = {"as_of": day(0), "database": told.office.database}
        run = await ended(
            await order("detect/导入问题", file=file, channel="12345政务服务便民热线", **words)
        )
    assert run.state is not None
    assert run.state.is_failed()
    told.said.append(text_place("flow detect", run.state.message))
    for (deployment, name), needed in FORMS.items():
        said = {name: told.marks.numbers(f"form {name}", "wide and split")}
        with pytest.raises(PrefectHTTPStatusError) as refused:
            await order(deployment, no=told.nos["main"], **needed, **said)
        assert refused.value.response.status_code == httpx.codes.CONFLICT


@contextmanager
def receivers(told: Told) -> Iterator[Settings]:
    """Let one unit have a mailbox and another a web address; gives settings that reach both."""
    office = told.office
    with mail_server() as box, web_server() as web:
        _contact(office, UNIT, "email", "contact@example.org")
        _contact(office, HELPER, "webhook", f"{web.url}/notices")
        yield replace(
            office.settings,
            home=told.folder,
            smtp=box.server,
            smtp_from="office@example.org",
            webhook_secret=SECRET,
        )
    assert box.raw
    assert web.posts
    told.sent += [place for raw in box.raw for place in unpacked("mail", raw)]
    posted = (f"{post.headers} {post.body.decode()}" for post in web.posts)
    told.sent += [text_place("webhook", one) for one in posted]


def deliver_outside(told: Told, settings: Settings) -> None:
    """Send what is owed after a month, as no simulation does."""
    at = datetime.fromisoformat(day(30))
    deliver(told.office.desk(at).engine, settings, at, at)


def _contact(office: Office, unit: str, channel: str, address: str) -> None:
    engine = create_engine(database_url(office.settings, office.database, "owner"))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "update contact set channel = %(channel)s, address = %(address)s where unit = %(unit)s",
            {"channel": channel, "address": address, "unit": unit},
        )
    engine.dispose()
