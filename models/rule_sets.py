"""Versions of the dispatch rules: read, and put in force for what is dispatched from then on."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine

from domain.errors import Refused
from models.engine import transaction
from models.rulebook import CHANGE_LOCK
from models.versions import Application, Version, rule_set_version

_CHANGE = f"select pg_advisory_xact_lock({CHANGE_LOCK})"
_ADD = """
insert into rule_set (version, body, applied_at, actor, reason, origin)
values (%(version)s, %(body)s, %(at)s, %(actor)s, %(reason)s, %(origin)s)
"""
_SHIPPED = """
select body from rule_set join setting on rule_set_version = version where origin = 'shipped'
"""
_PUT_IN_FORCE = "update setting set rule_set_version = %(version)s"


def read_rules(engine: Engine, version: int | None = None) -> Version:
    """Read a version of the rules, by default the one in force; refuses one that is not there."""
    with transaction(engine) as connection:
        return rule_set_version(connection, version)


def apply_rules(
    engine: Engine, body: Mapping[str, Any], applied: Application, *, shipped: bool = False
) -> int | None:
    """Put rules in force as the next version and give its number; ``None`` if they say the same.

    The rules must be sound; ``shipped`` says that they are those of the product as it comes.
    Refuses a version in them that does not follow the present one.
    """
    with transaction(engine) as connection:
        connection.exec_driver_sql(_CHANGE)
        present = rule_set_version(connection)
        if not differ(present.body, body):
            return None
        row = {**vars(applied), "version": next_version(present.force, body)}
        row["origin"] = "shipped" if shipped else "edited"
        row["body"] = json.dumps({**body, "version": row["version"]}, ensure_ascii=False)
        connection.exec_driver_sql(_ADD, row)
        connection.exec_driver_sql(_PUT_IN_FORCE, row)
        return next_version(present.force, body)


def outdated(engine: Engine, shipped: Mapping[str, Any]) -> bool:
    """Whether what is in force came with the product as it is, and the product has newer rules."""
    with transaction(engine) as connection:
        untouched = connection.exec_driver_sql(_SHIPPED).scalar_one_or_none()
    return untouched is not None and differ(untouched, shipped)


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
