"""When recurring jobs last ran, so that the supervisor notices one that stopped."""

from datetime import datetime

from sqlalchemy import Engine

from models.engine import engine_for, transaction


def beat(engine: Engine, name: str, at: datetime) -> None:
    """Note that the job ``name`` ran at ``at`` (real time)."""
    with transaction(engine) as connection:
        connection.exec_driver_sql(
            "insert into heartbeat (name, at) values (%(name)s, %(at)s)"
            " on conflict (name) do update set at = greatest(heartbeat.at, excluded.at)",
            {"name": name, "at": at},
        )


def last(url: str, name: str = "check") -> datetime | None:
    """Give when the job last ran in the database at ``url``, ``None`` when it never did."""
    with transaction(engine_for(url)) as connection:
        found: datetime | None = connection.exec_driver_sql(
            "select max(at) from heartbeat where name = %(name)s", {"name": name}
        ).scalar_one()
    return found
