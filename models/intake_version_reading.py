"""The versions of what came in for a case, read for the office; and noted as seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from domain.updating import TEXT_PREFIX
from models.engine import transaction
from models.executing import UnknownCase

Row = Mapping[str, Any]

_CASE = "select id, subject, party from rectification_case where no = %(no)s"
_VERSIONS = """
select v.number, v.seq, v.received_at, v.file, v.row_number, v.changed, v.seen_at, v.seen_by
from intake_version v where v.case_id = %(id)s order by v.seq
"""
_TEXTS = """
select seq, kind, body from case_text
where case_id = %(id)s and (seq = 1 and kind = 'body' or kind like 'source\\_%%') order by seq
"""
# What the office did with a case after a version came says that it knows the case as it is.
_UNSEEN = """
select c.no, c.subject, c.state, v.number, v.received_at, v.changed
from intake_version v join rectification_case c on c.id = v.case_id
where v.seen_at is null and not exists (
    select from history h where h.case_id = v.case_id and h.seq > v.seq and h.actor = 'office')
order by v.received_at, c.no, v.number limit %(limit)s
"""
_SEE = """
update intake_version v set seen_at = %(at)s, seen_by = %(by)s
from rectification_case c where c.id = v.case_id and c.no = %(no)s and v.seen_at is null
"""


@dataclass(frozen=True)
class Version:
    """A version: the row that keeps it, and by code each text before it and from it on.

    ``None`` stands for a text that was erased.
    """

    row: Row
    texts: Mapping[str, tuple[str | None, str | None]]


def versions_of(engine: Engine, no: str) -> list[Version]:
    """Read the later versions of a case, the oldest first; refuses an unknown number."""
    with transaction(engine) as connection:
        case = connection.exec_driver_sql(_CASE, {"no": no}).one_or_none()
        if case is None:
            raise UnknownCase(no)
        rows = connection.exec_driver_sql(_VERSIONS, {"id": case.id}).mappings().all()
        written = connection.exec_driver_sql(_TEXTS, {"id": case.id}).all() if rows else []
    texts = {(text.seq, text.kind.removeprefix(TEXT_PREFIX)): text.body for text in written}
    now = {"subject": case.subject, "party": case.party, "body": texts.get((1, "body"), "")}
    return [_version(dict(row), texts, now) for row in rows]


def _version(
    row: Row, texts: Mapping[tuple[int, str], str | None], now: dict[str, str | None]
) -> Version:
    """Read one version after ``now``, which it changes; a text it emptied is not kept."""
    found = {}
    for code in row["changed"]:
        if code in now:
            after = texts.get((row["seq"], code), "")
            found[code] = (now[code], after)
            now[code] = after
    return Version(row, found)


def unseen_versions(engine: Engine, limit: int) -> Sequence[Row]:
    """List the versions that the office has neither noted nor acted after, the oldest first."""
    with transaction(engine) as connection:
        found = connection.exec_driver_sql(_UNSEEN, {"limit": limit}).mappings()
        return [dict(row) for row in found]


def note_seen(engine: Engine, no: str, at: datetime, by: str) -> int:
    """Note that the office saw all versions of a case; give how many were new to it."""
    with transaction(engine) as connection:
        return connection.exec_driver_sql(_SEE, {"no": no, "at": at, "by": by}).rowcount
