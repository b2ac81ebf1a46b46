"""Channels at work: who may bring problems in, what the office changes, what the policy names."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.channels import ONE_UNIT, USERS, admits_unit, single_units
from domain.codes import OFFICE_UNIT
from domain.errors import Misuse, Refused
from models.channels import Editor, IntakeChannel, all_channels, change_channel
from models.units import kind_of
from tasks.desk import Desk
from tasks.reading.channel_columns import FIELD_ZH, OWN, read_mapping

ATTRIBUTE_ZH = {
    "name": "名称",
    "default_kind": "默认类别",
    "default_urgency": "默认紧急程度",
    "expects_reporter": "反映人",
    "users": "可来件的对象",
    "extra_fields": "自有的列",
    "columns": "列名对应",
}
"""What can be changed in a channel."""


def brought_by(desk: Desk, channel: IntakeChannel, by: str) -> str:
    """Give the code of the unit that brings problems in by itself, or nothing for the office.

    Refuses a unit that the channel is not open to.
    """
    unit = desk.directory.unit(by) if by else OFFICE_UNIT
    if unit == OFFICE_UNIT:
        return ""
    if not admits_unit(channel.users, unit, kind_of(desk.engine, unit)):
        raise Refused(
            f"渠道“{channel.name}”（{channel.code}）不对 {desk.directory.name(unit)} 开放，"
            f"可由{'、'.join(users_in_words(desk, channel.users))}填报，请改用其他渠道或报办公室。"
        )
    return unit


def users_in_words(desk: Desk, users: Sequence[str]) -> list[str]:
    """Name who may use a channel, the office first."""
    kinds = [zh for code, zh in USERS.items() if code in users]
    return ["指挥部办公室", *kinds, *map(desk.directory.name, single_units(users))]


def change(desk: Desk, code: str, changes: Mapping[str, Any], actor: str) -> list[str]:
    """Change a channel in the name of an office person; gives the attributes that differ now."""
    return change_channel(desk.engine, code, changes, Editor(actor, desk.now, desk.recorded_at))


def save_columns(desk: Desk, channel: IntakeChannel, pairs: Sequence[str], actor: str) -> bool:
    """Add ``字段=列名`` pairs to a channel's saved mapping; says whether it is another one now."""
    mapping = read_mapping(pairs, channel.extra_fields, channel.columns)
    return bool(change(desk, channel.code, {"columns": mapping}, actor))


def require_known_channels(desk: Desk, policy: Mapping[str, Any]) -> None:
    """Refuse a policy with terms for a channel that there is not: a slip nobody would notice."""
    known = {channel.code for channel in all_channels(desk.engine)}
    for code in policy.get("channels", {}):
        if code not in known:
            raise Misuse(
                f"政策文件的 [channels.{code}] 不是已有渠道的代码，"
                "请用 ./rectify channel list 核对。"
            )


def read_users(desk: Desk, words: Sequence[str]) -> tuple[str, ...]:
    """Read who may use a channel: kinds of users or single units; the office is always among them.

    ``office`` alone closes the channel to all others.
    """
    kinds = {zh: code for code, zh in USERS.items()} | {code: code for code in USERS}
    users = []
    for word in words:
        if word in kinds:
            users.append(kinds[word])
        elif (unit := desk.directory.unit(word.removeprefix(ONE_UNIT))) != OFFICE_UNIT:
            users.append(f"{ONE_UNIT}{unit}")
    return tuple(dict.fromkeys(users))


def read_extra_fields(words: Sequence[str]) -> tuple[str, ...]:
    """Read which columns of its own a channel has, by code or name; ``none`` for none."""
    fields = {FIELD_ZH[field]: field for field in OWN} | {field: field for field in OWN}
    wanted = [] if list(words) == ["none"] else list(words)
    for word in wanted:
        if word not in fields:
            known = "、".join(f"{field}（{FIELD_ZH[field]}）" for field in OWN)
            raise Misuse(f"没有列“{word}”，可用的有：{known}；不要任何一列请写 none。")
    return tuple(dict.fromkeys(fields[word] for word in wanted))
