"""Versions of the policy: put in force, and compared with the one that is."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from domain.errors import Refused
from domain.policy import Policy, read_policy
from models.versions import Application

_ADD = """
insert into policy (version, body, applied_at, actor, reason)
values (%(version)s, %(body)s, %(at)s, %(actor)s, %(reason)s)
"""
_PUT_IN_FORCE = "update setting set policy_version = %(version)s"


def next_policy(present: Policy, body: Mapping[str, Any]) -> Policy | None:
    """Read a policy that is to follow the present one; ``None`` when it says the same.

    Refuses a version that does not follow; ``PolicyInvalid`` carries what is wrong with it.
    """
    policy = read_policy(body)
    if replace(policy, version=present.version) == present:
        return None
    if policy.version != present.version + 1:
        raise Refused(
            f"政策文件的版本应为 {present.version + 1}（现行第 {present.version} 版加一），"
            f"现写为 {policy.version}，请改 version 后再试。"
        )
    return policy


def put_policy_in_force(
    connection: Connection, version: int, body: Mapping[str, Any], applied: Application
) -> None:
    """Write a version of the policy, the one for what is dispatched from now on."""
    row = {**vars(applied), "version": version, "body": json.dumps(body, ensure_ascii=False)}
    connection.exec_driver_sql(_ADD, row)
    connection.exec_driver_sql(_PUT_IN_FORCE, row)
