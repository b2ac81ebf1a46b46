"""Notices that do not fit their template: parked one by one, the others go out."""

from pathlib import Path

import pytest
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader

from models.outbox_parked import parked_notices, send_again
from tasks.delivery import rendering
from tasks.delivery.delivering import DeliveryReport
from tests.integration.conftest import Bench
from tests.integration.outbox import LATER, MONDAY, Outbox

BROKEN = """{% extends "base.j2" %}
{% set title = "x" %}
{% block text %}{{ no_such_name }}{% endblock %}
"""


@pytest.fixture
def outbox(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Outbox:
    """Three notices to one recipient, of which the second has a broken template."""
    _broken(monkeypatch)
    found = Outbox(bench, tmp_path)
    found.dispatch("shuiwu", "shuiwu", "shuiwu")
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("update notice set template = 'broken' where id = 2")
    return found


def _broken(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = rendering._environment()
    environment.loader = ChoiceLoader(
        [DictLoader({"broken.j2": BROKEN}), FileSystemLoader(rendering.TEMPLATES)]
    )
    monkeypatch.setattr(rendering, "_ENVIRONMENT", environment)


def test_only_the_notice_that_does_not_fit_is_parked(outbox: Outbox) -> None:
    assert outbox.deliver() == DeliveryReport(bound=2, sent=1, unrendered=1)
    assert [status for _, status in outbox.notices()] == ["bound", "parked", "bound"]
    assert "共2件" in outbox.files()[0].read_text("utf-8")
    (item,) = parked_notices(outbox.bench.engine)
    assert (item.id, item.recipient, item.template) == (2, "shuiwu/contact", "broken")
    assert item.reason.startswith("通知模板 broken.j2 缺少变量 no_such_name，")


def test_a_parked_notice_is_not_tried_again_by_itself(outbox: Outbox) -> None:
    outbox.deliver()
    assert outbox.deliver(MONDAY + LATER) == DeliveryReport()


def test_a_parked_notice_goes_out_when_an_operator_sends_it_again(outbox: Outbox) -> None:
    outbox.deliver()
    with outbox.bench.owner.begin() as connection:
        connection.exec_driver_sql("update notice set template = 'assigned' where id = 2")
    send_again(outbox.bench.engine, "2")
    assert outbox.deliver(MONDAY + LATER) == DeliveryReport(bound=1, sent=1)
    assert parked_notices(outbox.bench.engine) == []


def test_a_parked_notice_whose_case_was_taken_away_is_withdrawn(outbox: Outbox) -> None:
    outbox.deliver()
    no = outbox.bench.value(
        "select no from rectification_case c join notice n on n.case_id = c.id where n.id = 2"
    )
    outbox.refer(str(no))
    assert parked_notices(outbox.bench.engine) == []
    assert outbox.bench.value("select status from notice where id = 2") == "withdrawn"
