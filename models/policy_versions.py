"""The versions of the policy, read as they were applied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import col, select

from domain.errors import Misuse
from models.engine import transaction
from models.tables import PolicyRow, Setting


@dataclass(frozen=True)
class PolicyVersion:
    """One version: the data of its file, since when it is known, and which version is in force."""

    version: int
    body: Mapping[str, Any]
    applied_at: datetime
    force: int


def policy_version(engine: Engine, version: int | None = None) -> PolicyVersion:
    """Read a version of the policy, by default the one in force; refuses one that is not there."""
    with transaction(engine) as connection:
        force: int = connection.execute(select(col(Setting.policy_version))).scalar_one()
        wanted = force if version is None else version
        row = connection.execute(
            select(PolicyRow.body, PolicyRow.applied_at).where(PolicyRow.version == wanted)
        ).one_or_none()
    if row is None:
        raise Misuse(f"没有第 {wanted} 版规则，现行的是第 {force} 版。")
    return PolicyVersion(wanted, row.body, row.applied_at, force)
