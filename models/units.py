"""The registry read whole, and its contacts edited: who is reached at what address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from models.engine import transaction

Row = Mapping[str, Any]

_UNITS = """
select u.code, u.name, u.kind, u.aliases, u.doubtful, u.note,
    coalesce((select array_agg(f.name order by f.code) from key_field f
              where u.code = any (f.units)), '{}') as fields
from unit u order by u.kind = 'office' desc, u.kind, u.code
"""
_CONTACTS = """
select role, name, channel, address, bounced_at, bounce_reason from contact
where unit = %(unit)s order by id
"""
_SET = """
insert into contact (unit, role, channel, name, address)
values (%(unit)s, %(role)s, %(channel)s, coalesce(%(name)s, (
    select name from contact where unit = %(unit)s and role = %(role)s order by id limit 1), ''),
    %(address)s)
on conflict (unit, role, channel) do update
    set address = excluded.address, name = coalesce(%(name)s, contact.name),
        bounced_at = case when contact.address = excluded.address then contact.bounced_at end,
        bounce_reason = case when contact.address = excluded.address then contact.bounce_reason
            else '' end
"""
_RENAME = "update contact set name = %(name)s where unit = %(unit)s and role = %(role)s"
_REMOVE = """
delete from contact where unit = %(unit)s and role = %(role)s and channel = %(channel)s
"""


@dataclass(frozen=True)
class Address:
    """Where one role of one unit is reached on one channel."""

    unit: str
    role: str
    channel: str


def units(engine: Engine) -> list[Row]:
    """List all units with the key fields they answer for."""
    return _rows(engine, _UNITS, {})


def kind_of(engine: Engine, unit: str) -> str:
    """Give the kind of a unit, by its code; nothing for none of the registry."""
    rows = _rows(engine, "select kind from unit where code = %(unit)s", {"unit": unit})
    return str(rows[0]["kind"]) if rows else ""


def contacts(engine: Engine, unit: str) -> list[Row]:
    """List who is reached where, of one unit, and which addresses bounced."""
    return _rows(engine, _CONTACTS, {"unit": unit})


def set_contact(engine: Engine, where: Address, address: str, name: str = "") -> None:
    """Enter or replace an address; with a name, the person is renamed on this channel.

    A new address has not bounced yet.
    """
    arguments = {
        "unit": where.unit,
        "role": where.role,
        "channel": where.channel,
        "address": address,
        "name": name or None,
    }
    with transaction(engine) as connection:
        connection.exec_driver_sql(_SET, arguments)


def rename_contact(engine: Engine, unit: str, role: str, name: str) -> int:
    """Give the person in a role another name on every channel; gives how many entries changed."""
    with transaction(engine) as connection:
        arguments = {"unit": unit, "role": role, "name": name}
        return connection.exec_driver_sql(_RENAME, arguments).rowcount


def remove_contact(engine: Engine, where: Address) -> int:
    """Stop sending to a role on a channel; gives how many entries went (0 or 1)."""
    with transaction(engine) as connection:
        arguments = {"unit": where.unit, "role": where.role, "channel": where.channel}
        return connection.exec_driver_sql(_REMOVE, arguments).rowcount


def _rows(engine: Engine, statement: str, arguments: Mapping[str, object]) -> list[Row]:
    with transaction(engine) as connection:
        return [dict(row) for row in connection.exec_driver_sql(statement, arguments).mappings()]
