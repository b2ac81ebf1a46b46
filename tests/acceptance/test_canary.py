"""Canaries through the whole lifecycle: nothing that tells who reported comes out anywhere."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from openpyxl import Workbook
from prefect import get_client
from prefect.client.schemas.actions import ArtifactCreate
from sqlalchemy import create_engine

from models.readings import readings
from tasks.addresses import database_url, prefect_database_url
from tasks.settings import Settings
from tests.acceptance import canary_story as story
from tests.acceptance.canary_marks import Marks
from tests.acceptance.canary_outside import (
    by_worker,
    deliver_outside,
    looked_at,
    portal_of,
    pushed,
    receivers,
)
from tests.acceptance.canary_search import (
    Mark,
    Place,
    database_places,
    file_places,
    hits,
    text_place,
    unpacked,
)
from tests.acceptance.office import MONDAY, open_office

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
DATABASE = "canary"
KEEPERS = {
    "case_text",
    "evidence",
    "intake_version",
    "open311_request",
    "survey_answer",
    "survey_clue",
}
"""Tables of our own database that keep what came in, for the office; no other may hold any."""
READ_BY_UNITS = ("page of a unit", "rectify identity", "rectify survey", "rectify case", "Open311")
"""Where words of the text that came in may stand, but never a number or an identity."""


@dataclass(frozen=True)
class Left:
    """What was left behind: the story, and the folder with the logs of Prefect's server."""

    told: story.Told
    server_logs: Sequence[Path]
    worker_logs: Path
    settings: Settings

    def prefect(self) -> list[Place]:
        """Everything that Prefect stored: runs, logs, events, artifacts, results."""
        url = prefect_database_url(self.settings).replace("+asyncpg", "+psycopg2")
        files = file_places(self.settings.home / "prefect", "Prefect's file", but="ui")
        return database_places(url, "Prefect's") + files

    def own(self) -> list[Place]:
        """Our own database but for the tables that keep what came in."""
        url = database_url(self.settings, DATABASE, "owner")
        return [
            place
            for place in database_places(url, "our")
            if place.name.rpartition(".")[2] not in KEEPERS
        ]

    def logs(self) -> list[Place]:
        """Whatever any process wrote about its work."""
        return [
            *file_places(self.settings.home / "postgres", "PostgreSQL's"),
            *(found for logs in self.server_logs for found in file_places(logs, "log")),
            *file_places(self.worker_logs, "log"),
        ]

    def sent(self) -> list[Place]:
        """What was sent: by mail, to a web address, and as files."""
        folder = self.settings.home / f"outbox-rectify_{DATABASE}"
        return file_places(folder, "sent") + self.told.sent

    def exported(self) -> list[Place]:
        """The workbooks that were exported."""
        books = sorted(self.told.folder.glob("*.xlsx"))
        return [place for book in books for place in unpacked(book.name, book.read_bytes())]

    def pages(self) -> list[Place]:
        """What leaders of units saw on the portal: their lists, their standing, every case."""
        return self.told.pages

    def said(self) -> list[Place]:
        """What commands and runs said, and what Open311 answered."""
        return self.told.said


@pytest.fixture(scope="module")
def left(
    prefect_api: str, stack_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Left:
    """Let the whole lifecycle be told once."""
    folder, logs = tmp_path_factory.mktemp("canary"), tmp_path_factory.mktemp("canary-logs")
    open_office(stack_settings, "live")
    told = story.Told(open_office(stack_settings, DATABASE), folder, Marks([]))
    with receivers(told) as reachable:
        story.take_in(told)
        with portal_of(told.office, logs) as endpoint:
            pushed(told, endpoint)
        story.fail(told)
        asyncio.run(by_worker(told, logs))
        story.settle_others(told)
        story.live(told)
        deliver_outside(told, reachable)
    story.let_time_pass(told)
    story.look(told)
    with portal_of(told.office, logs) as endpoint:
        looked_at(told, endpoint)
    return Left(told, list(tmp_path_factory.getbasetemp().glob("logs*")), logs, stack_settings)


PLACES: dict[str, Callable[[Left], list[Place]]] = {
    "all that Prefect stored": Left.prefect,
    "our own tables": Left.own,
    "logs": Left.logs,
    "messages sent": Left.sent,
    "exports": Left.exported,
    "pages of units": Left.pages,
    "answers": Left.said,
}


@pytest.mark.parametrize("where", PLACES)
def test_no_canary_comes_out(left: Left, where: str) -> None:
    places = PLACES[where](left)
    assert any(place.content for place in places)
    found = hits(places, [mark for mark in left.told.marks.made if not mark.body])
    words = [mark for mark in left.told.marks.made if mark.body]
    found |= hits([one for one in places if not one.name.startswith(READ_BY_UNITS)], words)
    assert found == set()


def test_what_came_in_is_kept_for_the_office(left: Left) -> None:
    url = database_url(left.settings, DATABASE, "owner")
    kept = [one for one in database_places(url, "our") if one.name.rpartition(".")[2] in KEEPERS]
    marks = left.told.marks.made
    found = {hit.mark for hit in hits(kept, marks)}
    assert {mark.where for mark in marks if mark.body and "failing" not in mark.where} <= found


def test_the_office_reads_with_a_purpose_and_that_is_logged(left: Left) -> None:
    no, told = left.told.nos["main"], left.told
    before = len(told.said)
    shown = told.command(
        "identity", "read", no, *story.OFFICE, "--purpose", "电话核实反映内容", "--json"
    )
    del told.said[before:]
    names = {mark.text for mark in told.marks.made if mark.where.startswith("file C-0, name")}
    assert names
    assert all(name in shown for name in names)
    [last] = readings(told.office.desk(MONDAY).engine, no=no, limit=1)
    assert (last.no, last.purpose) == (no, "电话核实反映内容")
    assert "王科" in last.reader
    assert not hits([text_place("log", last)], told.marks.made)


SPLIT = "１５７ 0000-4321"
PLANTED = Mark("planted", "15700004321", SPLIT)


def _plant_in_prefect(left: Left, _: Path) -> list[Place]:
    with get_client(sync_client=True) as client:
        client.create_artifact(ArtifactCreate(key="planted", data=f"电话 {SPLIT}"))
    return left.prefect()


def _plant_in_a_log(left: Left, _: Path) -> list[Place]:
    (left.worker_logs / "planted.log").write_text(f"error near {SPLIT}", encoding="utf-8")
    return left.logs()


def _plant_in_a_message(left: Left, _: Path) -> list[Place]:
    engine = create_engine(database_url(left.settings, DATABASE, "owner"))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "update message set body = body || %(said)s"
            " where id = (select id from message limit 1)",
            {"said": SPLIT},
        )
    engine.dispose()
    return left.own()


def _plant_in_a_workbook(left: Left, _: Path) -> list[Place]:
    book = Workbook()
    book.create_sheet("planted").append([SPLIT])
    book.save(left.told.folder / "planted.xlsx")
    return left.exported()


def _plant_in_a_mail(_: Left, _folder: Path) -> list[Place]:
    mail = EmailMessage()
    mail["Subject"] = f"电话 {SPLIT}"
    mail.set_content("无", cte="base64")
    return list(unpacked("mail", mail.as_bytes()))


@pytest.mark.parametrize(
    "plant",
    [
        _plant_in_prefect,
        _plant_in_a_log,
        _plant_in_a_message,
        _plant_in_a_workbook,
        _plant_in_a_mail,
    ],
)
def test_a_canary_that_came_out_would_be_found(
    left: Left, tmp_path: Path, plant: Callable[[Left, Path], list[Place]]
) -> None:
    """Comes last, since what is planted stays."""
    assert hits(plant(left, tmp_path), [PLANTED])


NAME = Mark("name", "闾丘赜兟（蘅芷巷）")


@pytest.mark.parametrize(
    "encoded",
    [
        json.dumps(f"我是{NAME.text}"),
        json.dumps(json.dumps(f"我是{NAME.text}")),
        quote(f"x={NAME.text}"),
        quote(f"x={NAME.text}").lower(),
        *(b64encode(f"{'x' * shift}{NAME.text}y".encode()).decode() for shift in range(3)),
        NAME.text.encode().hex(),
        "".join(f"&#{ord(character)};" for character in NAME.text),
        NAME.text.replace("丘", "丘 "),
    ],
)
def test_a_canary_is_found_in_whatever_encoding(encoded: str) -> None:
    assert hits([text_place("any", encoded)], [NAME])
    assert not hits([text_place("any", encoded)], [Mark("other", "闾丘赜龟（蘅芷巷）")])
