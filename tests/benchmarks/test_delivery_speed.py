"""A round of delivery against smtplib alone sending the same messages to the same server.

10,000 yellow cards to 2,000 recipients, five each: put into words, grouped, written down, sent and
settled.
"""

import smtplib
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from models.outbox_sending import Message
from tasks.delivery.delivering import DeliveryReport, deliver
from tasks.delivery.mailing import mail
from tasks.settings import Settings
from tasks.smtp import SmtpServer
from tests.benchmarks.many_cases import copies
from tests.benchmarks.ratio import alternate
from tests.integration.conftest import MONDAY, Bench
from tests.integration.receivers import free_port

RECIPIENTS = 2000
EACH = 5
ROUNDS = 3
"""Not seven: a round of both takes four seconds."""
AT = MONDAY + timedelta(minutes=5)
SENDER = "zx@city.example"
SERVER = """
import sys
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
controller = Controller(Sink(), hostname="127.0.0.1", port=int(sys.argv[1]))
controller.start()
print("ready", flush=True)
sys.stdin.read()
controller.stop()
"""
_UNITS = """
insert into unit (code, name, kind)
select 'u' || n, '第' || n || '单位', 'department' from generate_series(1, %(recipients)s) n
"""
_CONTACTS = """
insert into contact (unit, role, name, channel, address)
select 'u' || n, 'contact', '联络员', 'email', 'u' || n || '@unit.example'
from generate_series(1, %(recipients)s) n
"""
_NOTICES = """
insert into notice (case_id, seq, template, unit, role, channel, args, ladder, owed_at)
select id, 2, 'yellow', 'u' || 1 + id %% %(recipients)s, 'contact', 'email',
    '{"rung": "yellow", "clocks": ["finish/0"]}', true, %(at)s
from rectification_case where no like 'QD2025-%%'
"""
_AGAIN = """
update notice set status = 'owed', message_id = null;
delete from message;
delete from notice where unit !~ '^u[0-9]+$'
"""


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """A mail server in a process of its own that throws everything away."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield SmtpServer("127.0.0.1", port)
        process.kill()


def owe(bench: Bench) -> None:
    """Owe notices of as many cases as there are notices."""
    model = bench.open()
    bench.dispatch(model)
    copies(bench, model, RECIPIENTS * EACH)
    with bench.owner.begin() as connection:
        for statement in (_UNITS, _CONTACTS, _NOTICES):
            connection.exec_driver_sql(statement, {"recipients": RECIPIENTS, "at": MONDAY})


def sent(bench: Bench) -> list[tuple[str, bytes]]:
    """The messages of the last round, as they went over the wire."""
    columns = "id, recipient, channel, address, subject, body, urgent, created_at"
    with bench.owner.connect() as connection:
        rows = connection.exec_driver_sql(f"select {columns} from message").mappings().all()
    return [(row["address"], mail(Message(**row), SENDER)) for row in rows]


def test_delivery_is_half_as_fast_as_smtplib_alone(
    bench: Bench, server: SmtpServer, tmp_path: Path
) -> None:
    owe(bench)
    settings = Settings(home=tmp_path, smtp=server, smtp_from=SENDER)

    def again() -> None:
        with bench.owner.begin() as connection:
            connection.exec_driver_sql(_AGAIN)

    def ours() -> None:
        report = deliver(bench.engine, settings, AT, AT, rng=Random(1))
        assert report == DeliveryReport(bound=RECIPIENTS * EACH, sent=RECIPIENTS)

    def bare() -> None:
        with smtplib.SMTP(server.host, server.port) as connection:
            for address, text in messages:
                connection.sendmail(SENDER, address, text)

    again()
    ours()
    messages = sent(bench)
    ratio = alternate(
        ours,
        bare,
        rounds=ROUNDS,
        before=again,
        name=f"{RECIPIENTS * EACH} notices to {RECIPIENTS} recipients by mail",
        against="smtplib alone",
    )
    assert ratio.speed >= 0.5
