"""Recipients by role: what the policy says reaches each at their own address."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from domain.calendar import SHANGHAI
from domain.case import Actor
from domain.codes import Role
from domain.commands import Return, Rule
from models.checking import CheckReport, Moment, fire_due
from models.units import Address, remove_contact
from tests.integration.conftest import MONDAY, OFFICE, Bench
from tests.integration.outbox import LATER, Outbox
from tests.integration.receivers import Mailbox, mail_server

PAST_RED = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)
PAST_CRITICISM = datetime(2026, 3, 16, 10, tzinfo=SHANGHAI)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as found:
        yield found


@pytest.fixture
def outbox(bench: Bench, tmp_path: Path, box: Mailbox) -> Outbox:
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "update contact set channel = 'email', address = role || '@' || unit || '.example'"
        )
    return Outbox(bench, tmp_path, {"smtp": box.server, "smtp_from": "zx@city.example"})


def told(outbox: Outbox, box: Mailbox, at: datetime) -> set[str]:
    """Deliver, and give who got mail."""
    box.mails.clear()
    outbox.deliver(at)
    return {str(mail["To"]) for mail in box.mails}


def check(outbox: Outbox, at: datetime) -> None:
    fire_due(outbox.bench.engine, Moment(at, at), CheckReport())


def test_the_contact_is_told_of_an_assignment(outbox: Outbox, box: Mailbox) -> None:
    outbox.dispatch("shuiwu")
    assert told(outbox, box, MONDAY) == {"contact@shuiwu.example"}


def test_the_office_is_told_of_a_return(outbox: Outbox, box: Mailbox) -> None:
    no = outbox.dispatch("shuiwu")[0]
    outbox.deliver()
    unit = Actor(Role.UNIT, "shuiwu")
    outbox.bench.give(
        no, Return(at=MONDAY + LATER, by=unit, reason="不属本单位职责。", suggested="caizheng")
    )
    assert told(outbox, box, MONDAY + LATER) == {"contact@office.example"}


def test_the_deputy_gets_a_copy_of_a_red_card(outbox: Outbox, box: Mailbox) -> None:
    outbox.dispatch("shuiwu")
    outbox.deliver()
    check(outbox, PAST_RED)
    units = {"contact@shuiwu.example", "deputy@shuiwu.example"}
    assert told(outbox, box, PAST_RED) == units


def test_the_head_is_told_of_a_criticism_that_the_office_signed(
    outbox: Outbox, box: Mailbox
) -> None:
    no = outbox.dispatch("shuiwu")[0]
    outbox.deliver()
    check(outbox, PAST_CRITICISM)
    assert "contact@office.example" in told(outbox, box, PAST_CRITICISM)
    granted = Rule(at=PAST_CRITICISM, by=OFFICE, request=1, grant=True, opinion="同意。")
    outbox.bench.give(no, granted)
    assert told(outbox, box, PAST_CRITICISM) >= {
        "contact@shuiwu.example", "deputy@shuiwu.example", "head@shuiwu.example",
    }  # fmt: skip


def test_a_role_without_an_address_becomes_a_file_and_is_named_in_the_log(
    outbox: Outbox, box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    remove_contact(outbox.bench.engine, Address("shuiwu", "deputy", "email"))
    outbox.dispatch("shuiwu")
    outbox.deliver()
    check(outbox, PAST_RED)
    assert told(outbox, box, PAST_RED) == {"contact@shuiwu.example"}
    (path,) = outbox.files()
    assert path.parts[-3:-1] == ("shuiwu", "deputy")
    assert "unit shuiwu has no address for role deputy" in caplog.text
