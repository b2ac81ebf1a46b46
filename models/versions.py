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
    """One version: the data of its file, since when it is known, and which version is in force."""

    version: int
    body: Mapping[str, Any]
    applied_at: datetime
    force: int


def policy_version(engine: Engine, version: int | None = None) -> Version:
    """Read a version of the policy, by default the one in force; refuses one that is not there."""
    with transaction(engine) as connection:
        return _read(connection, PolicyRow, Setting.policy_version, version, "规则")


def rule_set_version(connection: Connection, version: int | None = None) -> Version:
    """Read a version of the dispatch rules in the same way."""
    return _read(connection, RuleSet, Setting.rule_set_version, version, "交办规则")


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
        select(col(table.body), col(table.applied_at)).where(col(table.version) == wanted)
    ).one_or_none()
    if row is None:
        raise Misuse(f"没有第 {wanted} 版{what}，现行的是第 {force} 版。")
    return Version(wanted, row.body, row.applied_at, force)
