"""Official documents: numbers, and each text kept as it first went out."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from models.engine import transaction
from models.outbox_reading import Owed, read
from models.outbox_statements import NOTICE_COLUMNS, NOTICE_SOURCES

# Locked in order: two threads may keep the same documents at once, and the first one's text stays.
_KEEP = """
with r as materialized (
    select * from json_to_recordset(%(rows)s::json) as r(id bigint, title text, body text)
), fresh as materialized (
    select id from document where id in (select id from r) and body = '' order by id for update
)
update document d set title = r.title, body = r.body
from r join fresh on fresh.id = r.id where d.id = r.id
"""
_OTHERWISE = """
select exists (
    select from json_to_recordset(%(rows)s::json) as r(id bigint, body text)
    join document d on d.id = r.id where d.body <> r.body)
"""
_DOCUMENTS = """
select d.type, d.year, d.number, c.no, d.seq, d.template, d.issued_at, d.title, d.body,
    s.sent_at, s.withdrawn
from document d join rectification_case c on c.id = d.case_id
cross join lateral (
    select min(m.sent_at) as sent_at, bool_and(n.status = 'withdrawn') as withdrawn
    from notice n left join message m on m.id = n.message_id
    where n.case_id = d.case_id and n.seq = d.seq and n.template = d.template) s
"""
_OF_CASE = f"{_DOCUMENTS} where c.no = %(no)s order by d.id desc limit %(limit)s"
_LATEST = f"{_DOCUMENTS} order by d.id desc limit %(limit)s"
_ONE = f"{_DOCUMENTS} where d.type = %(type)s and d.year = %(year)s and d.number = %(number)s"
_NOTICE = f"""
select {NOTICE_COLUMNS}
from notice n {NOTICE_SOURCES}
where c.no = %(no)s and n.seq = %(seq)s and n.template = %(template)s order by n.id limit 1
"""


@dataclass(frozen=True)
class Sent:
    """The text of a document on its way out, by row id of the document."""

    id: int
    title: str
    body: str


class Document(NamedTuple):
    """A document and what became of it; its fields are the columns read, in order.

    ``body`` is empty until its text is kept, which is when it is first put into a message.
    ``sent_at`` is when the first recipient got it; ``withdrawn`` says that nobody will any more.
    """

    type: str
    year: int
    number: int
    no: str
    seq: int
    template: str
    issued_at: datetime
    title: str
    body: str
    sent_at: datetime | None
    withdrawn: bool

    @property
    def label(self) -> str:
        """Its number as written: 催办〔2026〕12号."""
        return f"{self.type}〔{self.year}〕{self.number}号"

    @property
    def status(self) -> str:
        """``sent``, ``bound`` (in a message on its way), ``withdrawn`` or ``owed``."""
        if self.sent_at is not None:
            return "sent"
        if self.withdrawn:
            return "withdrawn"
        return "bound" if self.body else "owed"


class KeptOtherwise(Exception):
    """Somebody else kept another text of one of these documents a moment before."""


def keep(connection: Connection, documents: Iterable[Sent]) -> None:
    """Keep the texts of documents that go out for the first time; a kept text never changes.

    Raises ``KeptOtherwise`` when another text was kept since these were read: the caller puts them
    into words again, so that all copies are the same.
    """
    first = {document.id: document for document in reversed(tuple(documents))}
    if not first:
        return
    rows = {"rows": json.dumps([vars(document) for document in first.values()], ensure_ascii=False)}
    kept = connection.exec_driver_sql(_KEEP, rows).rowcount
    if kept < len(first) and connection.exec_driver_sql(_OTHERWISE, rows).scalar_one():
        raise KeptOtherwise


def documents(engine: Engine, no: str = "", limit: int = 100) -> list[Document]:
    """List the documents of a case, or the latest of all; newest first."""
    with transaction(engine) as connection:
        statement = _OF_CASE if no else _LATEST
        rows = connection.exec_driver_sql(statement, {"no": no, "limit": limit})
        return [Document._make(row) for row in rows]


def find(engine: Engine, kind: str, year: int, number: int) -> Document | None:
    """Find a document by its number."""
    with transaction(engine) as connection:
        key = {"type": kind, "year": year, "number": number}
        row = connection.exec_driver_sql(_ONE, key).one_or_none()
        return None if row is None else Document._make(row)


def notice_of(engine: Engine, document: Document) -> Owed:
    """Read the first notice that takes a document to somebody, to put the document into words."""
    with transaction(engine) as connection:
        key = {"no": document.no, "seq": document.seq, "template": document.template}
        return read(connection.exec_driver_sql(_NOTICE, key).one())
