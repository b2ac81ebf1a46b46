"""Where cases stand, read without a lock, for deriving the keys of orders."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Engine

from models.engine import transaction


@dataclass(frozen=True)
class Position:
    """The number of the present state entry, and the key of the last event if it had one."""

    entry: int
    last_key: str


def positions(engine: Engine, nos: Collection[str]) -> dict[str, Position]:
    """Read the positions of cases by number; unknown numbers are left out."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(
            "select c.no, c.entry, coalesce(k.key, '') as last_key from rectification_case c"
            " left join command_key k on k.case_id = c.id and k.seq = c.seq"
            " where c.no = any (%(nos)s)",
            {"nos": list(nos)},
        )
        return {row.no: Position(row.entry, row.last_key) for row in rows}
