"""What the links in notices are bound to: a unit's generation, and who its contacts are."""

from sqlalchemy import Engine

from models.engine import transaction

_GENERATIONS = "select unit, generation from link_generation"
_GENERATION = "select generation from link_generation where unit = %(unit)s"
_CONTACTS = """
select name, address from contact where unit = %(unit)s and role = %(role)s order by id
"""
_RAISE = """
insert into link_generation (unit, generation) values (%(unit)s, 1)
on conflict (unit) do update set generation = link_generation.generation + 1
"""
_END = "delete from portal_session where unit = %(unit)s and account_id is null"


def generations(engine: Engine) -> dict[str, int]:
    """Read the generation of every unit whose links were ever revoked; all others are at 0."""
    with transaction(engine) as connection:
        return {row.unit: row.generation for row in connection.exec_driver_sql(_GENERATIONS)}


def generation(engine: Engine, unit: str) -> int:
    """Read a unit's generation."""
    with transaction(engine) as connection:
        found = connection.exec_driver_sql(_GENERATION, {"unit": unit}).scalar_one_or_none()
    return found or 0


def contacts(engine: Engine, unit: str, role: str) -> list[tuple[str, str]]:
    """Read name and address of whoever has this role in the unit, once a channel."""
    arguments = {"unit": unit, "role": role}
    with transaction(engine) as connection:
        return [tuple(row) for row in connection.exec_driver_sql(_CONTACTS, arguments)]


def revoke_links(engine: Engine, unit: str) -> None:
    """Let no link made so far open anything of this unit; whoever came by one is out."""
    with transaction(engine) as connection:
        connection.exec_driver_sql(_RAISE, {"unit": unit})
        connection.exec_driver_sql(_END, {"unit": unit})
