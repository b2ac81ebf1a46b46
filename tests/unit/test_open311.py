"""Open311 without a database: documents and formats, guards, and what the log leaves out."""

import logging
import sys
from datetime import datetime
from xml.etree.ElementTree import fromstring

import pytest

from domain.calendar import SHANGHAI
from portal.logs import Discreet
from portal.open311.formats import Document, respond
from tasks.open311 import documents
from tasks.open311.problems import Problem
from tasks.open311.reports import read_report

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)


def written(document: Document) -> str:
    return bytes(respond(document, "xml").body).decode()


def test_services_are_the_six_environments_and_one_for_the_rest() -> None:
    listed = documents.services()
    assert [one["service_code"] for one in listed] == [
        "policy", "service", "factor", "market", "law", "culture", "other"
    ]  # fmt: skip
    assert listed[0]["service_name"] == "政策环境"
    assert {tuple(one) for one in listed} == {
        ("service_code", "service_name", "description", "metadata", "type", "keywords", "group")
    }
    root = fromstring(written(Document("services", listed)))  # noqa: S314 - our own
    assert (root.tag, root[6].tag) == ("services", "service")
    assert root.findtext("service/metadata") == "true"


def test_a_service_definition_asks_for_nothing_that_must_be_given() -> None:
    definition = documents.definition("law")
    root = fromstring(written(Document("service_definition", definition)))  # noqa: S314
    assert root.findtext("service_code") == "law"
    fields = root.findall("attributes/attribute")
    assert [field.findtext("code") for field in fields] == [
        "external_id", "subject", "party", "reported_at"
    ]  # fmt: skip
    assert [field.findtext("order") for field in fields] == ["1", "2", "3", "4"]
    assert {field.findtext("required") for field in fields} == {"false"}


def test_an_unknown_service_is_told_with_those_there_are() -> None:
    with pytest.raises(Problem, match="policy、service、factor") as refused:
        documents.definition("pothole")
    assert refused.value.code == 404


def test_discovery_names_the_endpoint_and_its_formats() -> None:
    found = documents.discovery("https://case.example.org/open311/v2")
    root = fromstring(written(Document("discovery", found)))  # noqa: S314
    assert root.findtext("endpoints/endpoint/url") == "https://case.example.org/open311/v2"
    formats = [one.text for one in root.findall("endpoints/endpoint/formats/format")]
    assert formats == ["text/xml", "application/json"]


def test_what_xml_cannot_hold_is_left_out_and_the_rest_escaped() -> None:
    shown = written(Document("errors", [{"code": 400, "description": "<a>&\x00\ufffe]]>🏗"}]))
    assert "<description>&lt;a&gt;&amp;]]&gt;🏗</description>" in shown


@pytest.mark.parametrize(
    ("given", "reporter"),
    [
        ({"first_name": "小明", "last_name": "欧阳"}, "欧阳小明"),
        ({"first_name": "John", "last_name": "Smith"}, "John Smith"),
        ({"last_name": "匿名", "email": "a@example.com"}, "<a@example.com>"),
        ({"last_name": "王", "email": "a@example.com"}, "王 <a@example.com>"),
        ({}, ""),
    ],
)
def test_a_name_is_written_as_its_script_writes_it(given: dict[str, str], reporter: str) -> None:
    form = {"service_code": "law", "description": "乱收费", **given}
    assert read_report(form, MONDAY).fields["reporter"] == reporter


def test_a_number_across_the_cut_of_a_subject_is_masked() -> None:
    form = {"service_code": "law", "description": f"{'问' * 25}13800138000"}
    subject = read_report(form, MONDAY).fields["subject"]
    assert subject == "问" * 25 + "＊" * 5


@pytest.mark.parametrize("sent", ["电话13800138000"])
def test_the_log_of_a_failure_has_its_way_but_not_its_words(sent: str) -> None:
    try:
        int(sent)
    except ValueError:
        shown = Discreet().formatException(sys.exc_info())
    assert "test_open311.py" in shown
    assert shown.endswith("ValueError")
    assert "13800138000" not in shown
    record = logging.LogRecord("portal", logging.ERROR, "", 0, "坏了", None, None)
    assert Discreet().format(record) == "坏了"
