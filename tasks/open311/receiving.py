"""A POSTed request taken in, the way of all problems: once, sealed, in the intake register."""

from collections.abc import Mapping

from models.identity import Sealer
from models.intake import take_in
from models.intake_rows import Delivery, Rejected
from models.open311_keys import Caller
from models.open311_requests import no_by_token, note_request
from tasks.desk import Desk
from tasks.intake import intake_table
from tasks.open311.problems import Problem, bad, unknown
from tasks.open311.reports import Report, read_report
from tasks.reading.rows import RawRow, Table
from tasks.reading.words import line
from tasks.secrets import keys_for

_LONGEST_ID = 200


def receive(desk: Desk, caller: Caller, form: Mapping[str, str]) -> str:
    """Take in a request and give its case number: a former one where it came in before.

    What is wrong with it raises ``Problem``, and stands in the register with that reason.
    """
    try:
        report = read_report(form, desk.now)
    except Problem as problem:
        _note_refused(desk, caller, form, problem)
        raise
    _take_in(desk, caller, report)
    return note_request(desk.engine, caller, report.source_id, report.place)


def number_of(desk: Desk, caller: Caller, token: str) -> str:
    """Give the case number of a request by the id that its sender gave it."""
    no = no_by_token(desk.engine, caller.channel, token)
    if no is None:
        raise unknown("本渠道没有这个编号的诉求，请核对 token。")
    return no


def _take_in(desk: Desk, caller: Caller, report: Report) -> None:
    row = RawRow(1, {"source_id": report.source_id, **report.fields})
    outcome = intake_table(desk, Table(iter([row]), 1, {}), caller.channel, _origin(caller))
    for rejected in outcome.rejected:
        raise bad(rejected.reason)


def _note_refused(desk: Desk, caller: Caller, form: Mapping[str, str], problem: Problem) -> None:
    given = line(form.get("attribute[external_id]", ""))[:_LONGEST_ID]
    delivery = Delivery(caller.channel, _origin(caller), desk.now, desk.recorded_at)
    sealer = Sealer(keys_for(desk.engine, desk.settings.home))
    take_in(desk.engine, [Rejected(1, problem.sentence, given)], delivery, sealer)


def _origin(caller: Caller) -> str:
    return f"Open311：{caller.name}"
