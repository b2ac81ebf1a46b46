"""Activities planned: words made into a plan, checked against the registry, written once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from domain.activities import VISITING, ActivityKind, Manner, Plan, Team
from domain.calendar import local_date
from domain.codes import OFFICE_UNIT
from domain.errors import Misuse, Refused
from domain.wording import mask
from models.activities import Recording, add
from models.engine import transaction
from models.points import find_point
from tasks.desk import Desk
from tasks.ordering.order import choice
from tasks.reading.dates import read_date
from tasks.reading.words import line

LONGEST_PLACE = 100
"""Characters of a place."""
FIELDS = ("kind", "unit", "on", "place", "target", "point", "team", "manner")
"""The words of a plan."""


@dataclass(frozen=True)
class Who:
    """Who plans or records: ``by`` is a unit (code, name or alias), empty for the office.

    ``actor`` is the name typed, kept as claimed.
    """

    by: str = ""
    actor: str = ""


OFFICE = Who()
"""The office, without a name."""


@dataclass(frozen=True)
class Planned:
    """A plan with the number of its activity; ``new`` says that it was not there."""

    plan: Plan
    number: int
    new: bool


def plan_activity(desk: Desk, words: Mapping[str, str], who: Who = OFFICE) -> Planned:
    """Plan an activity of these words (``FIELDS``); the same plan again changes nothing."""
    with transaction(desk.engine) as connection:
        plan = understood(desk, connection, words, who.by)
        return put(connection, plan, recording(desk, who))


def put(connection: Connection, plan: Plan, by: Recording) -> Planned:
    """Write a plan that was understood."""
    return Planned(plan, *add(connection, plan, by))


def recording(desk: Desk, who: Who) -> Recording:
    """Say who records: the name typed, or else the unit."""
    unit = desk.directory.unit(who.by) if who.by else ""
    return Recording(who.actor or unit, desk.recorded_at)


def understood(desk: Desk, connection: Connection, words: Mapping[str, str], by: str = "") -> Plan:
    """Make a plan of words; refuses what contradicts itself, the registry, or the asking unit."""
    kind = choice(ActivityKind, words.get("kind", ""), "活动类型")
    plan = Plan(
        kind=kind,
        unit=_unit(desk, kind, words.get("unit", "") or by),
        planned_on=read_day(words.get("on", ""), "计划日期"),
        place=mask(line(words.get("place", ""))[:LONGEST_PLACE]),
        target=desk.directory.unit(words["target"]) if words.get("target") else "",
        team=choice(Team, words["team"], "督查队伍") if words.get("team") else None,
        undercover=_undercover(words.get("manner", "")),
    )
    if words.get("point"):
        point = find_point(connection, words["point"])
        plan = replace(plan, point=point.code, unit=plan.unit or point.unit)
    plan = replace(plan, unit=plan.unit or OFFICE_UNIT)
    _check(desk, plan)
    if by and plan.unit != desk.directory.unit(by):
        raise Refused(f"{desk.directory.name(plan.unit)}的活动应由该单位或者指挥部办公室登记。")
    return plan


def read_day(text: str, what: str) -> date:
    """Read a day as people write it; ``what`` names the field in the refusal."""
    moment = read_date(text.strip())
    if moment is None:
        raise Misuse(f"{what}“{text}”不是日期，请写成 2026-03-10 的形式。")
    return local_date(moment)


def _unit(desk: Desk, kind: ActivityKind, wanted: str) -> str:
    if wanted:
        return desk.directory.unit(wanted)
    if kind is ActivityKind.HALL_DAY:
        raise Misuse("“局长进大厅”请写明是哪个单位：--unit。")
    return ""


def _undercover(word: str) -> bool:
    return bool(word) and choice(Manner, word, "方式") is Manner.UNDERCOVER


def _check(desk: Desk, plan: Plan) -> None:
    kind, name = plan.kind, desk.directory.name
    if (kind is ActivityKind.MONITOR_VISIT) != bool(plan.point):
        raise Misuse("监测点走访请写明监测点编号（--point），其他活动不写。")
    if kind is not ActivityKind.SUPERVISION and (plan.team or plan.undercover):
        raise Misuse("督查队伍和暗访只用于专项督查（supervision）。")
    if plan.target and kind not in VISITING:
        raise Misuse("被查单位只用于专项巡察、巡察“回头看”和专项督查。")
    if plan.undercover and not plan.target:
        raise Misuse("暗访请写明被查单位（--target）：此前不会通知该单位。")
    if plan.target and plan.target == plan.unit:
        raise Misuse(f"{name(plan.unit)}不能自己查自己，请另写组织单位（--unit）。")
