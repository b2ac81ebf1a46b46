"""Intake channels read and edited; every change is kept with what stood there before."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping

from domain.channels import admits_outside
from domain.errors import Misuse, Refused
from models.engine import transaction

_FIELDS = """
code, name, layer, default_kind, default_urgency, expects_reporter, users, extra_fields, columns
"""
_ALL = f"""
select {_FIELDS} from channel
order by case layer when 'self' then 1 when 'city' then 2 else 3 end, code
"""
_ONE = f"select {_FIELDS} from channel where code = %(code)s"
_SET = """
update channel set name = %(name)s, default_kind = %(default_kind)s,
    default_urgency = %(default_urgency)s, expects_reporter = %(expects_reporter)s,
    users = %(users)s, extra_fields = %(extra_fields)s, columns = %(columns)s::jsonb
where code = %(code)s
"""
_NOTE = """
insert into channel_change (channel, field, before, after, actor, at, recorded_at)
values (%(channel)s, %(field)s, %(before)s, %(after)s, %(actor)s, %(at)s, %(recorded_at)s)
"""
_CHANGES = """
select field, before, after, actor, at from channel_change where channel = %(code)s order by id
"""
_NAMED = "select code from channel where name = %(name)s and code <> %(code)s"
_KEYS = "select count(*) from api_key where channel = %(code)s and revoked_at is null"


@dataclass(frozen=True)
class IntakeChannel:
    """A channel: what its cases are unless told otherwise, and who may use it.

    ``layer`` is self, city or society, ``users`` are codes of ``domain.channels``. ``columns`` is
    its saved mapping: by field, the header that its files have. ``extra_fields`` are fields of its
    own.
    """

    code: str
    name: str
    layer: str
    default_kind: str
    default_urgency: str
    expects_reporter: bool
    users: tuple[str, ...]
    extra_fields: tuple[str, ...]
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Editor:
    """Who changes a channel (a claimed name) and when: business time and when it is recorded."""

    actor: str
    at: datetime
    recorded_at: datetime


def all_channels(engine: Engine) -> list[IntakeChannel]:
    """List the channels, layer by layer."""
    with transaction(engine) as connection:
        return [_channel(row) for row in connection.exec_driver_sql(_ALL).mappings()]


def read_channel(engine: Engine, code: str) -> IntakeChannel:
    """Read one channel; refuses an unknown code, naming the known ones."""
    with transaction(engine) as connection:
        return _read(connection, code)


def change_channel(
    engine: Engine, code: str, changes: Mapping[str, Any], editor: Editor
) -> list[str]:
    """Replace attributes of a channel, by name; gives those that differ from before, each noted.

    Refuses a name that another channel has, and closing it to outside systems that still have keys.
    """
    with transaction(engine) as connection:
        before = _read(connection, code, " for update")
        changed = [name for name, value in changes.items() if getattr(before, name) != value]
        _check(connection, before, changes)
        if changed:
            connection.exec_driver_sql(_SET, _row(before, changes))
        for name in changed:
            note = {"field": name, "before": _shown(getattr(before, name))}
            note |= {"channel": code, "after": _shown(changes[name])}
            connection.exec_driver_sql(_NOTE, note | vars(editor))
    return changed


def channel_changes(engine: Engine, code: str) -> list[Mapping[str, Any]]:
    """List what was changed in a channel, by whom and when, the oldest first."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(_CHANGES, {"code": code}).mappings()
        return [dict(row) for row in rows]


def require_open_to_outside(engine: Engine, code: str) -> IntakeChannel:
    """Give a channel that outside systems may use, by key or as a feed; refuses others."""
    channel = read_channel(engine, code)
    if not admits_outside(channel.users):
        raise Refused(
            f"渠道“{channel.name}”（{code}）不接收外部系统的来件，"
            f"确需开放请用 ./rectify channel set {code} --users 写明。"
        )
    return channel


def _read(connection: Connection, code: str, lock: str = "") -> IntakeChannel:
    row = connection.exec_driver_sql(_ONE + lock, {"code": code}).mappings().one_or_none()
    if row is None:
        rows = connection.exec_driver_sql("select code, name from channel order by code")
        known = "、".join(f"{one.code}（{one.name}）" for one in rows)
        raise Misuse(f"没有代码为“{code}”的渠道，可用的渠道有：{known}。")
    return _channel(row)


def _channel(row: RowMapping) -> IntakeChannel:
    lists = {name: tuple(row[name]) for name in ("users", "extra_fields")}
    return IntakeChannel(**{**row, **lists})


def _check(connection: Connection, channel: IntakeChannel, changes: Mapping[str, Any]) -> None:
    place = {"code": channel.code, "name": changes.get("name", channel.name)}
    other = connection.exec_driver_sql(_NAMED, place).scalar_one_or_none()
    if other is not None:
        raise Refused(f"渠道 {other} 已经叫“{place['name']}”，请另取名称。")
    if "users" not in changes or admits_outside(changes["users"]):
        return
    keys = connection.exec_driver_sql(_KEYS, place).scalar_one()
    if keys:
        raise Refused(
            f"渠道 {channel.code} 还有 {keys} 个在用密钥，请先用 ./rectify key revoke 停用，"
            "再取消对外部系统的开放。"
        )


def _row(channel: IntakeChannel, changes: Mapping[str, Any]) -> dict[str, Any]:
    row = {**vars(channel), **changes}
    lists = {name: list(row[name]) for name in ("users", "extra_fields")}
    return {**row, **lists, "columns": json.dumps(row["columns"], ensure_ascii=False)}


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
