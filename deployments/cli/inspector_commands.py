"""The registry of inspectors: who looks at what, and where they have an interest."""

from dataclasses import asdict
from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.inspection_options import InspectorCode, inspection
from deployments.cli.options import Audience
from deployments.cli.register import command
from deployments.cli.saying import table
from deployments.cli.values import coded, parted
from domain.codes import Environment
from domain.errors import Misuse
from domain.inspecting import Inspector
from models.engine import transaction
from models.inspectors import inspectors, load, retire_inspector, save_inspector

Person = Annotated[str, typer.Option("--person", metavar="姓名", help="检查人的姓名。")]
Unit = Annotated[str, typer.Option(metavar="单位", help="检查人所在的单位，通知发给该单位。")]
Areas = Annotated[
    list[str] | None, typer.Option(metavar="环境…", help="只查哪几类环境，不写即全部。")
]
Covers = Annotated[
    list[str] | None, typer.Option(metavar="单位…", help="只查哪些单位（区市）办理的，不写即全部。")
]
Conflicts = Annotated[
    list[str] | None, typer.Option(metavar="单位…", help="与哪些单位有利害关系，须回避。")
]


@command(
    inspection,
    "inspector",
    Audience.OFFICE,
    "登记检查人，或者更改其单位、范围、回避单位；须回避的未完任务另派他人。",
    "inspection inspector zhou --person 周督 --unit shenji --conflict zhujian",
)
def inspector(
    call: Call, code: InspectorCode, person: Person, unit: Unit, environment: Areas = None,
    covers: Covers = None, conflict: Conflicts = None,
) -> Answer:  # fmt: skip
    """Add or change an inspector."""
    if not (code.strip() and person.strip()):
        raise Misuse("请写明检查人的代码和姓名（--person）。")
    with at_desk(call) as desk:
        known = desk.directory.unit
        one = Inspector(
            code=code.strip(),
            name=person.strip(),
            unit=known(unit),
            environments=tuple(map(str, coded(Environment, environment or [], "环境"))),
            units=tuple(map(known, parted(covers or []))),
            conflicts=tuple(map(known, parted(conflict or []))),
        )
        added = save_inspector(desk.engine, one)
    said = "已登记" if added else "已更改"
    return Answer(asdict(one) | {"added": added}, [f"检查人 {one.name}（{one.code}）{said}。"])


@command(
    inspection,
    "retire",
    Audience.OFFICE,
    "取消一名检查人，未完的任务另派他人。",
    "inspection retire zhou",
)
def retire(call: Call, code: InspectorCode) -> Answer:
    """Retire an inspector."""
    with at_desk(call) as desk:
        left = retire_inspector(desk.engine, code.strip(), desk.now)
    said = f"已取消检查人 {code.strip()}，{left} 件未完任务另派他人。"
    return Answer({"code": code.strip(), "released": left}, [said])


@command(
    inspection,
    "inspectors",
    Audience.LOOK,
    "列出检查人、范围、回避单位和手上的任务数。",
    "inspection inspectors",
)
def inspectors_(call: Call) -> Answer:
    """List inspectors."""
    with at_desk(call) as desk:
        with transaction(desk.engine) as connection:
            found, busy = inspectors(connection), load(connection)
        name = desk.directory.name
        rows = [
            (one.code, one.name, name(one.unit),
             "、".join(Environment(e).zh for e in one.environments) or "全部",
             "、".join(map(name, one.units)) or "全部",
             "、".join(map(name, one.conflicts)), busy.get(one.code, 0))
            for one in found
        ]  # fmt: skip
    headers = ("代码", "姓名", "单位", "环境", "办理单位", "回避单位", "未完")
    shown = [table("", headers, rows) if rows else "还没有登记检查人。"]
    return Answer([asdict(one) | {"open": busy.get(one.code, 0)} for one in found], shown)
