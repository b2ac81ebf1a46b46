"""Single commands against raw SQL that commits the same rows one by one."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from uuid import uuid4

from psycopg2 import extensions

from domain.case import Actor
from domain.codes import Result, Role
from domain.commands import Command, Sign, Submit
from models.executing import Item, execute_one
from models.recording import EvidenceFile
from tests.benchmarks.many_cases import copies
from tests.benchmarks.ratio import Ratio, alternate
from tests.integration.conftest import MONDAY, Bench

COUNT = 100
"""Commands a round."""
CASES = 15 * COUNT
"""Enough for seven rounds of both and one to warm up."""
AT = MONDAY + timedelta(hours=2)
UNIT = Actor(Role.UNIT, "shuiwu")
DIGEST = "ab" * 32

_ENTRY = """
with entry as (
    insert into history (case_id, seq, event, actor, occurred_at, recorded_at, detail, hash)
    select c.id, c.seq + 1, %(event)s, 'unit:shuiwu', %(at)s, %(at)s, %(detail)s,
        history_hash(c.head_hash, c.id, c.seq + 1, %(event)s, 'unit:shuiwu', '', %(at)s, %(at)s,
                     %(detail)s)
    from rectification_case c where c.no = %(no)s returning case_id, seq, hash
)
update rectification_case c set seq = e.seq, head_hash = e.hash, state = %(state)s,
    last_event_at = %(at)s, entry = c.entry + 1, result = %(result)s
from entry e where e.case_id = c.id returning c.id, c.seq
"""
_KEY = "insert into command_key values (%(key)s, %(id)s, %(event)s, %(seq)s)"
_STOP = """
update clock set stopped_at = %(at)s, next_at = null
where case_id = %(id)s and kind = any (%(kinds)s)
"""
_REVIEW = """
insert into clock (case_id, kind, holder, revision, "limit", started_at, due_at, ladder, next_at,
    provisional, rolled, rule)
select %(id)s, 'review', 'office', 1, '5wd', %(at)s, %(due)s, array[null, %(due)s, %(due)s, null,
    null, null]::timestamptz[], %(due)s, false, false, 'submitted'
"""
_TEXT = """
insert into case_text (case_id, seq, kind, salt, body)
values (%(id)s, %(seq)s, 'reply', '\\x00', %(body)s)
"""
_EVIDENCE = "insert into evidence values (%(id)s, %(seq)s, %(sha)s, 'a.pdf', 1)"
_NOTICE = """
insert into notice (case_id, seq, template, unit, role, channel, args, owed_at)
values (%(id)s, %(seq)s, 'submitted', 'office', 'contact', 'file', '{}', %(at)s)
"""


def raw_sign(cursor: extensions.cursor, no: str) -> None:
    _event(cursor, no, "signed", "rectifying", ["sign"])


def raw_submit(cursor: extensions.cursor, no: str) -> None:
    place = _event(cursor, no, "submitted", "submitted", ["contact", "interim", "finish"])
    more = place | {"at": AT, "due": AT + timedelta(days=7), "body": "已办结。", "sha": DIGEST}
    for statement in (_REVIEW, _TEXT, _EVIDENCE, _NOTICE):
        cursor.execute(statement, more)


def _event(
    cursor: extensions.cursor, no: str, event: str, state: str, stopped: list[str]
) -> dict[str, object]:
    result = "solved" if state == "submitted" else None
    detail = '{"from": "assigned", "to": "rectifying", "policy": 1, "clocks": [{"op": "stop"}]}'
    entry = {"no": no, "event": event, "state": state, "at": AT, "detail": detail, "result": result}
    cursor.execute(_ENTRY, entry)
    found = cursor.fetchone()
    assert found is not None
    place = {"id": found[0], "seq": found[1]}
    cursor.execute(_STOP, place | {"at": AT, "kinds": stopped})
    cursor.execute(_KEY, place | {"key": uuid4().hex, "event": event})
    return place


def one_by_one(
    connection: extensions.connection, nos: list[str], do: Callable[[extensions.cursor, str], None]
) -> None:
    for no in nos:
        with connection.cursor() as cursor:
            do(cursor, no)
        connection.commit()


def compared(
    bench: Bench, model: str, command: Command, do: Callable[[extensions.cursor, str], None]
) -> Ratio:
    nos: Iterator[str] = iter(copies(bench, model, CASES))
    evidence = (EvidenceFile(DIGEST, "a.pdf", 1),) if isinstance(command, Submit) else ()
    raw = bench.owner.raw_connection()

    def ours() -> None:
        for no in islice(nos, COUNT):
            execute_one(
                bench.engine, Item(no, lambda _: command, uuid4().hex, evidence=evidence), AT
            )

    def bare() -> None:
        one_by_one(raw.driver_connection, list(islice(nos, COUNT)), do)  # type: ignore[arg-type]

    ours()
    try:
        return alternate(ours, bare, name=f"{COUNT} times {command.name}")
    finally:
        raw.close()


def test_signing_one_by_one_is_a_quarter_as_fast_as_raw_sql(bench: Bench) -> None:
    model = bench.open()
    bench.dispatch(model)
    assert compared(bench, model, Sign(at=AT, by=UNIT), raw_sign).speed >= 0.25


def test_submitting_one_by_one_is_a_quarter_as_fast_as_raw_sql(bench: Bench) -> None:
    model = bench.open()
    bench.dispatch(model)
    bench.sign(model)
    submit = Submit(at=AT, by=UNIT, result=Result.SOLVED, reply="已办结。", evidence=(DIGEST,))
    assert compared(bench, model, submit, raw_submit).speed >= 0.25
