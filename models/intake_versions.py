"""What came again under a known id and says something else, kept as a version of its own."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from domain.updating import SOURCE_UPDATED, source_updated
from models.identity import Sealer
from models.intake_news import News, find_news
from models.intake_rows import Delivery, IncomingRow
from models.loading import Loaded, read
from models.recording import Recorded
from models.writing import write

_LOCK = """
select id from rectification_case where id = any (%(cases)s) order by id for update
"""
_ADD = """
insert into intake_version (intake_id, number, case_id, seq, file, row_number, received_at, changed)
select r.intake_id, r.number, r.case_id, r.seq, %(file)s, r.row_number, %(received_at)s, r.changed
from jsonb_to_recordset(%(rows)s::jsonb) as r(intake_id bigint, number integer, case_id bigint,
    seq integer, row_number integer, changed text[])
"""
_SEAL = """
insert into identity.reporter_version (case_id, number, key_id, sealed, lookup)
values (%(case_id)s, %(number)s, %(key_id)s, %(sealed)s, %(lookup)s)
"""
_TEXTS = ("subject", "party", "body")


def write_versions(
    connection: Connection, rows: Sequence[IncomingRow], delivery: Delivery, sealer: Sealer
) -> int:
    """Keep what came with other content than before; give how many rows of the batch did."""
    news = find_news(connection, rows, delivery, sealer.content_key)
    if news:
        cases = {"cases": [one.case_id for one in news]}
        connection.exec_driver_sql(_LOCK, cases)
    for wave in _waves(news):
        _write(connection, wave, delivery, sealer)
    return len(news)


def _waves(news: Sequence[News]) -> Iterator[list[News]]:
    """The versions of one case come one after another: at most one of each is written at a time."""
    while news:
        firsts = {one.case_id: one for one in reversed(news)}
        yield list(firsts.values())
        news = [one for one in news if firsts[one.case_id] is not one]


def _write(
    connection: Connection, news: Sequence[News], delivery: Delivery, sealer: Sealer
) -> None:
    loaded = {found.id: found for found in read(connection, [one.case_id for one in news]).values()}
    write(connection, [_recorded(one, loaded[one.case_id], delivery) for one in news])
    place = {"file": delivery.file, "received_at": delivery.received_at}
    rows = [_version(one, loaded[one.case_id].case.seq + 1) for one in news]
    connection.exec_driver_sql(_ADD, place | {"rows": json.dumps(rows)})
    for one in news:
        if "reporter" in one.changed and (one.row.reporter or one.row.phone):
            _seal(connection, one, loaded[one.case_id].case.no, sealer)


def _recorded(one: News, found: Loaded, delivery: Delivery) -> Recorded:
    texts = {code: getattr(one.row, code) for code in _TEXTS if code in one.changed}
    at = delivery.received_at
    return Recorded(
        case_id=found.id,
        outcome=source_updated(found.case, at, one.number, one.changed, texts),
        key="",
        command=SOURCE_UPDATED,
        recorded_at=delivery.recorded_at,
        calendar=0,
    )


def _version(one: News, seq: int) -> dict[str, Any]:
    return {
        "intake_id": one.intake_id,
        "number": one.number,
        "case_id": one.case_id,
        "seq": seq,
        "row_number": one.row.number,
        "changed": one.changed,
    }


def _seal(connection: Connection, one: News, no: str, sealer: Sealer) -> None:
    """Seal who reported now, bound to the case and the version."""
    sealed, lookup = sealer.seal(f"{no}/{one.number}", one.row.reporter, one.row.phone)
    connection.exec_driver_sql(
        _SEAL,
        {
            "case_id": one.case_id,
            "number": one.number,
            "key_id": sealer.key_id,
            "sealed": sealed,
            "lookup": lookup,
        },
    )
