"""Versions of what the office edits as a file, policy and dispatch rules, read as applied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine
from sqlmodel import col, select

from domain.errors import Misuse
from models.engine import transaction
from models.tables import PolicyRow, RuleSet, Setting


@dataclass(frozen=True)
class Version:
    """One version: the data of its file, since when it is known, and which version is in force.

    ``actor`` is the name of who applied it, as claimed, ``reason`` why; both are empty for what
    came with the product.
    """

    version: int
    body: Mapping[str, Any]
    applied_at: datetime
    force: int
    actor: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Application:
    """Who puts a version in force (a name, as claimed), why, and when (aware)."""

    actor: str
    reason: str
    at: datetime


def policy_version(engine: Engine, version: int | None = None) -> Version:
    """Read a version of the policy, by default the one in force; refuses one that is not there."""
    with transaction(engine) as connection:
        return _read(connection, PolicyRow, Setting.policy_version, version, "规则")


def rule_set_version(connection: Connection, version: int | None = None) -> Version:
    """Read a version of the dispatch rules in the same way."""
    return _read(connection, RuleSet, Setting.rule_set_version, version, "交办规则")


def policy_versions(engine: Engine) -> list[Version]:
    """List the versions of the policy, the newest first, without their data."""
    with transaction(engine) as connection:
        return _listed(connection, PolicyRow, Setting.policy_version)


def rule_set_versions(engine: Engine) -> list[Version]:
    """List the versions of the dispatch rules in the same way."""
    with transaction(engine) as connection:
        return _listed(connection, RuleSet, Setting.rule_set_version)


def _listed(
    connection: Connection, table: type[PolicyRow] | type[RuleSet], in_force: int | None
) -> list[Version]:
    force: int = connection.execute(select(col(in_force))).scalar_one()
    rows = connection.execute(
        select(table.version, table.applied_at, table.actor, table.reason).order_by(
            col(table.version).desc()
        )
    )
    return [Version(row[0], {}, row[1], force, *row[2:]) for row in rows]


def _read(
    connection: Connection,
    table: type[PolicyRow] | type[RuleSet],
    in_force: int | None,
    version: int | None,
    what: str,
) -> Version:
    force: int = connection.execute(select(col(in_force))).scalar_one()
    wanted = force if version is None else version
    row = connection.execute(
        select(table.body, table.applied_at, table.actor, table.reason).where(
            col(table.version) == wanted
        )
    ).one_or_none()
    if row is None:
        raise Misuse(f"没有第 {wanted} 版{what}，现行的是第 {force} 版。")
    return Version(wanted, row.body, row.applied_at, force, row.actor, row.reason)
