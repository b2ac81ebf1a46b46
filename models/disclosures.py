"""Disclosures to units: granted and revoked with an entry in history, looked up when a unit reads.

Also whether the firm or project concerned is shown to units at all.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine

from domain.change import Figure, Text
from domain.codes import State
from domain.disclosing import (
    Grant,
    Subject,
    bar_to_granting,
    bar_to_reading,
    require,
)
from domain.errors import Refused
from domain.wording import moment
from models.engine import transaction
from models.executing import UnknownCase
from models.identity import Keys, Reporter, open_all, sealed_reporters
from models.journaling import Noted, Occasion, note

CONSENT = "consent"
"""The text that says how and when the reporter agreed."""
PARTY_WITHHELD = "（办公室决定不向单位显示）"
"""What units read for 涉事主体 where it would say who the reporter is."""

# Locked against changes: the unit that reads is still the one that handles it.
_SUBJECT = """
select c.no, c.state, c.reachable, c.lead_unit, c.assisting, c.lead_case_id,
    l.lead_unit as leads_unit, l.assisting as leads_assisting
from rectification_case c left join rectification_case l on l.id = c.lead_case_id
where c.no = %(no)s for share of c
"""
_GRANTS = """
select d.unit, d.granted_at, d.until, d.revoked_at from disclosure d
join rectification_case c on c.id = d.case_id where c.no = %(no)s order by d.seq
"""
_GRANT = """
insert into disclosure (case_id, seq, unit, granted_at, until)
values (%(case_id)s, %(seq)s, %(unit)s, %(at)s, %(until)s)
"""
_REVOKE = """
update disclosure set revoked_at = %(at)s
where case_id = %(case_id)s and unit = %(unit)s and revoked_at is null and until > %(at)s
"""
_HIDE = "update rectification_case set party_hidden = %(hidden)s where id = %(id)s"
_LISTED = """
select c.no, d.unit, d.granted_at, d.until, d.revoked_at, h.claimed_name as granted_by
from disclosure d join rectification_case c on c.id = d.case_id
join history h on h.case_id = d.case_id and h.seq = d.seq
where (%(no)s = '' or c.no = %(no)s) order by d.granted_at desc, c.no, d.seq
"""


class Terms(NamedTuple):
    """Which unit may see the reporter, until when (aware); how and when the reporter agreed."""

    unit: str
    until: datetime
    consent: str


class Disclosed(NamedTuple):
    """A disclosure as it is listed; instants are aware."""

    no: str
    unit: str
    granted_at: datetime
    until: datetime
    revoked_at: datetime | None
    granted_by: str


def disclose(engine: Engine, no: str, terms: Terms, occasion: Occasion) -> bool:
    """Let a unit see the reporter; gives false where the key was used before."""
    unit, until = terms.unit, terms.until

    def decide(connection: Connection, case: Mapping[str, Any], seq: int) -> Noted:
        subject = _subject(case)
        require(subject, bar_to_granting(subject, unit))
        known = [grant for grant in _grants(connection, no) if grant.holds(unit, occasion.at)]
        if known:
            raise Refused(
                f"案件 {no} 已同意向该单位披露，至 {moment(known[0].until)}；"
                "要改期限请先用 identity revoke 撤回。"
            )
        arguments = {"case_id": case["id"], "seq": seq, "unit": unit}
        connection.exec_driver_sql(_GRANT, arguments | {"at": occasion.at, "until": until})
        detail: dict[str, Figure] = {"unit": unit, "until": int(until.timestamp())}
        return Noted("disclosed", detail, (Text(CONSENT, terms.consent),))

    return note(engine, no, occasion, decide)


def revoke(engine: Engine, no: str, unit: str, occasion: Occasion) -> bool:
    """Take a disclosure back before its time; refuses where there is none."""

    def decide(connection: Connection, case: Mapping[str, Any], _seq: int) -> Noted:
        arguments = {"case_id": case["id"], "unit": unit, "at": occasion.at}
        if not connection.exec_driver_sql(_REVOKE, arguments).rowcount:
            raise Refused(f"案件 {no} 没有正在生效的对该单位的披露，无需撤回。")
        return Noted("disclosure_revoked", {"unit": unit})

    return note(engine, no, occasion, decide)


def hide_party(engine: Engine, no: str, occasion: Occasion, *, hidden: bool) -> bool:
    """Keep the firm or project concerned from the units, or show it again."""

    def decide(connection: Connection, case: Mapping[str, Any], _seq: int) -> Noted:
        if case["party_hidden"] is hidden:
            raise Refused(f"案件 {no} 的涉事主体本来就{'不' if hidden else ''}向单位显示。")
        connection.exec_driver_sql(_HIDE, {"id": case["id"], "hidden": hidden})
        return Noted("party_hidden" if hidden else "party_shown", {})

    return note(engine, no, occasion, decide)


def read_disclosed(
    engine: Engine, keys: Keys, no: str, unit: str, reading: tuple[str, str, datetime]
) -> tuple[Reporter, ...]:
    """Open the reporter for a unit under a disclosure; ``reading`` is who, why and when (aware)."""
    reader, purpose, at = reading
    with transaction(engine) as connection:
        row = connection.exec_driver_sql(_SUBJECT, {"no": no}).mappings().one_or_none()
        if row is None:
            raise UnknownCase(no)
        subject = _subject(dict(row))
        require(subject, bar_to_reading(subject, unit, _grants(connection, no), at))
        found = sealed_reporters(connection, no, reader, purpose)
    return open_all(keys, no, found)


def disclosures(engine: Engine, no: str = "") -> list[Disclosed]:
    """List the disclosures of a case, or all; the latest first."""
    with transaction(engine) as connection:
        return [Disclosed._make(row) for row in connection.exec_driver_sql(_LISTED, {"no": no})]


def _grants(connection: Connection, no: str) -> list[Grant]:
    return [Grant(*row) for row in connection.exec_driver_sql(_GRANTS, {"no": no})]


def _subject(case: Mapping[str, Any]) -> Subject:
    """A case that follows another is handled by the units of that one."""
    follows = case["lead_case_id"] is not None
    lead, assisting = (
        (case["leads_unit"], case["leads_assisting"])
        if follows
        else (case["lead_unit"], case["assisting"])
    )
    units = (lead, *assisting) if lead else ()
    return Subject(case["no"], State(case["state"]), units, bool(case["reachable"]))
