"""Versions of the dispatch rules: read, and put in force for what is dispatched from then on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine
from sqlmodel import col, select

from domain.errors import Misuse, Refused
from models.engine import transaction
from models.rulebook import CHANGE_LOCK
from models.tables import RuleSet, Setting

_CHANGE = f"select pg_advisory_xact_lock({CHANGE_LOCK})"
_ADD = "insert into rule_set (version, body, applied_at) values (%(version)s, %(body)s, %(at)s)"
_PUT_IN_FORCE = "update setting set rule_set_version = %(version)s"


@dataclass(frozen=True)
class RuleSetVersion:
    """One version: its rules as data, since when it is known, and which version is in force."""

    version: int
    body: Mapping[str, Any]
    applied_at: datetime
    force: int


def rule_set_version(engine: Engine, version: int | None = None) -> RuleSetVersion:
    """Read a version of the rules, by default the one in force; refuses one that is not there."""
    with transaction(engine) as connection:
        return _read(connection, version)


def apply_rules(engine: Engine, body: Mapping[str, Any], at: datetime) -> int | None:
    """Put rules in force as the next version and give its number; ``None`` if they say the same.

    The rules must be sound. Refuses a version in them that does not follow the present one.
    """
    with transaction(engine) as connection:
        connection.exec_driver_sql(_CHANGE)
        present = _read(connection, None)
        if not differ(present.body, body):
            return None
        row = {"version": next_version(present.force, body), "at": at}
        row["body"] = json.dumps({**body, "version": row["version"]}, ensure_ascii=False)
        connection.exec_driver_sql(_ADD, row)
        connection.exec_driver_sql(_PUT_IN_FORCE, row)
        return next_version(present.force, body)


def differ(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two sets of rules say different things, whatever their versions."""
    return {**one, "version": 0} != {**other, "version": 0}


def next_version(force: int, body: Mapping[str, Any]) -> int:
    """Give the version after the one in force; refuses rules that call themselves another."""
    following = force + 1
    if body.get("version", following) != following:
        raise Refused(
            f"交办规则文件的版本应为 {following}（现行第 {force} 版加一），"
            f"现写为 {body['version']}，请改正或删去 version 后再试。"
        )
    return following


def _read(connection: Connection, version: int | None) -> RuleSetVersion:
    force: int = connection.execute(select(col(Setting.rule_set_version))).scalar_one()
    wanted = force if version is None else version
    row = connection.execute(
        select(RuleSet.body, RuleSet.applied_at).where(RuleSet.version == wanted)
    ).one_or_none()
    if row is None:
        raise Misuse(f"没有第 {wanted} 版交办规则，现行的是第 {force} 版。")
    return RuleSetVersion(wanted, row.body, row.applied_at, force)
