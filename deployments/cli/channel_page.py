"""One channel as commands show it: what its cases are, who may use it, its times, its changes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType

from deployments.cli.saying import iso, pairs, table
from deployments.cli.terms import LAYER_ZH
from domain.codes import ClockKind, Kind, Urgency
from domain.limits import Limit
from domain.policy import Policy, read_policy
from domain.wording import moment
from models.channels import IntakeChannel, channel_changes
from models.versions import policy_version
from tasks.channels import ATTRIBUTE_ZH, users_in_words
from tasks.desk import Desk
from tasks.reading.channel_columns import FIELD_ZH

_TERMS = (
    ClockKind.TRIAGE,
    ClockKind.SIGN,
    ClockKind.CONTACT,
    ClockKind.INTERIM,
    ClockKind.FINISH,
)


def channel_document(desk: Desk, channel: IntakeChannel) -> dict[str, Any]:
    """Give a channel as data."""
    limits = {str(kind): str(limit) for kind, limit, _ in _limits(desk, channel)}
    changes = [
        row | {"at": iso(row["at"])}
        for row in map(dict, channel_changes(desk.engine, channel.code))
    ]
    return vars(channel) | {"limits": limits, "changes": changes}


def channel_page(desk: Desk, channel: IntakeChannel) -> list[RenderableType]:
    """Give a channel for people."""
    facts = (
        ("层面", LAYER_ZH[channel.layer]),
        ("默认类别", Kind(channel.default_kind).zh),
        ("默认紧急程度", Urgency(channel.default_urgency).zh),
        ("反映人", "通常有，没有的来件会提示" if channel.expects_reporter else "通常没有"),
        ("可来件的对象", "、".join(users_in_words(desk, channel.users))),
        ("自有的列", "、".join(FIELD_ZH[field] for field in channel.extra_fields) or "无"),
        ("已存列名", "、".join(_mapped(channel.columns)) or "无，按通用列名识别"),
        ("默认时限", "、".join(_in_words(desk, channel))),
    )
    rows = (
        (
            moment(row["at"]),
            row["actor"],
            ATTRIBUTE_ZH[row["field"]],
            *(_value(desk, row["field"], row[side]) for side in ("before", "after")),
        )
        for row in channel_changes(desk.engine, channel.code)
    )
    changed = table("修改记录", ("时间", "经办人", "项目", "原为", "改为"), rows)
    shown = [changed] if changed.row_count else []
    return [f"{channel.name}（{channel.code}）", pairs(facts), *shown]


def _mapped(columns: Mapping[str, str]) -> Iterator[str]:
    for field, header in columns.items():
        yield f"{FIELD_ZH.get(field, field)}={header}"


def _value(desk: Desk, attribute: str, text: str) -> str:
    """Say what stood in an attribute: names and codes as they are, all else as JSON has it."""
    plain = {"default_kind": Kind, "default_urgency": Urgency}
    if attribute in plain:
        return str(plain[attribute](text).zh)
    if attribute == "name":
        return text
    value = json.loads(text)
    if attribute == "users":
        return "、".join(users_in_words(desk, value))
    if attribute == "columns":
        return "、".join(_mapped(value)) or "无"
    if attribute == "extra_fields":
        return "、".join(FIELD_ZH.get(field, field) for field in value) or "无"
    return "通常有" if value else "通常没有"


def _in_words(desk: Desk, channel: IntakeChannel) -> Iterator[str]:
    for kind, limit, own in _limits(desk, channel):
        yield f"{kind.zh} {limit.zh}{'（本渠道）' if own else ''}"


def _limits(desk: Desk, channel: IntakeChannel) -> Iterator[tuple[ClockKind, Limit, bool]]:
    """Give the times of its usual case under the policy in force, and which are its own."""
    general = read_policy(policy_version(desk.engine).body)
    before, after = (_of(policy, channel) for policy in (general, general.of(channel.code)))
    for kind in _TERMS:
        yield kind, after[kind], after[kind] != before[kind]


def _of(policy: Policy, channel: IntakeChannel) -> dict[ClockKind, Limit]:
    kind, urgency = channel.default_kind, channel.default_urgency
    report = kind == Kind.INSPECTION
    return {
        ClockKind.TRIAGE: policy.triage[urgency],
        ClockKind.SIGN: policy.handling.sign,
        ClockKind.CONTACT: policy.handling.contact,
        ClockKind.INTERIM: policy.inspection_report if report else policy.handling.interim,
        ClockKind.FINISH: policy.finish_limit(kind, urgency),
    }
