"""`assign`: one case by hand or by the rules, or all that the rules settle."""

from dataclasses import replace
from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk, tell_prefect
from deployments.cli.options import Audience, read
from deployments.cli.progress import progress
from deployments.cli.register import carried_out, command
from deployments.cli.saying import table
from deployments.cli.values import parted, whole
from domain.codes import State
from domain.errors import Misuse
from models.reading import count_by_state
from tasks.assigning import AssignReport, assign_all, hints, settled
from tasks.desk import Desk
from tasks.ordering.by_office import dispatch
from tasks.ordering.by_system import settle
from tasks.ordering.order import Order

app = typer.Typer()

No = Annotated[str, typer.Argument(metavar="编号", help="案件编号；不写则交办全部能确定的。")]
Unit = Annotated[str, typer.Option(metavar="单位", help="主办单位；不写则按交办规则确定。")]
Assist = Annotated[list[str] | None, typer.Option(metavar="单位…", help="协办单位，可写多个。")]
Verify = Annotated[str, typer.Option(metavar="单位", help="验收单位，不得是办理单位。")]
Kind = Annotated[
    str, typer.Option(metavar="类别", help="simple、ordinary、harm、multi、inspection，或中文。")
]
Urgency = Annotated[str, typer.Option(metavar="程度", help="normal、urgent、emergency，或中文。")]
Environment = Annotated[
    str,
    typer.Option(metavar="环境", help="policy、service、factor、market、law、culture，或中文。"),
]
Mode = Annotated[str, typer.Option(metavar="方式", help="rectify、discipline、improve，或中文。")]
Level = Annotated[
    int, typer.Option(metavar="级别", parser=read(whole), help="直接进入督办 4 或 5 级。")
]
Limit = Annotated[
    int | None, typer.Option(metavar="件数", parser=read(whole), help="全部交办时至多交办多少件。")
]


@command(
    app,
    "assign",
    Audience.OFFICE,
    "交办或改派一件；不写编号时，按规则交办全部能确定主办单位的待受理案件。",
    "assign",
    "assign QD2026-000123",
    "assign QD2026-000123 --unit shinan --verify zhujian --assist chengguan --actor 王科",
)
def assign(
    call: Call,
    no: No = "",
    unit: Unit = "",
    assist: Assist = None,
    verify: Verify = "",
    kind: Kind = "",
    urgency: Urgency = "",
    environment: Environment = "",
    mode: Mode = "",
    level: Level = 0,
    limit: Limit = None,
) -> Answer:
    """交办, by hand or by the rules."""
    words = {"verify": verify, "kind": kind, "urgency": urgency, "mode": mode}
    words["environment"] = environment
    if no:
        with at_desk(call) as desk:
            order = _one(desk, call, no, unit, parted(assist or []), words, level)
            answer = carried_out(desk, call, order)
            return answer if unit else _with_hints(answer, hints(desk, no))
    if unit or assist or level or any(words.values()):
        raise Misuse("指定主办单位等内容时，请写明案件编号：assign QD2026-000123 --unit 单位。")
    with at_desk(call) as desk:
        return _all(desk, call, limit)


def _one(
    desk: Desk,
    call: Call,
    no: str,
    unit: str,
    assist: list[str],
    words: dict[str, str],
    level: int,
) -> Order:
    if unit:
        return dispatch(desk, no, unit, call.actor, assist=assist, level=level, **words)
    proposal = settled(desk, no)
    if not (assist or level or any(words.values())):
        return settle(desk, no, proposal)
    proposed = {"verify": proposal.verifying, "environment": str(proposal.environment)}
    words = {name: word or proposed.get(name, "") for name, word in words.items()}
    return dispatch(desk, no, proposal.unit, call.actor, assist=assist, level=level, **words)


def _with_hints(answer: Answer, said: str) -> Answer:
    """Add what else the rules saw in the case, which the office may act on."""
    if not said:
        return answer
    return replace(answer, shown=[*answer.shown, f"规则还提示：{said}"])


def _all(desk: Desk, call: Call, limit: int | None) -> Answer:
    waiting = count_by_state(desk.engine).get(State.DETECTED, 0)
    with progress("按规则交办", waiting) as advance:
        report = assign_all(desk, limit, advance)
    tell_prefect(call, report.carried)
    return _told(report)


def _told(report: AssignReport) -> Answer:
    refused = [{"no": no, "reason": reason} for no, reason in report.refused.items()]
    document = {"dispatched": report.dispatched, "left": report.left, "refused": refused}
    shown: list[object] = [f"按规则交办 {report.dispatched} 件，待办公室确定 {report.left} 件。"]
    if refused:
        shown.append(table("未能交办", ("编号", "原因"), report.refused.items()))
    return Answer(document, shown)  # type: ignore[arg-type]
