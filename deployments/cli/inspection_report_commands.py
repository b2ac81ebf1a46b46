"""What inspections and callbacks teach: rules proposed after relapses, results by unit."""

from typing import Annotated, Any

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.inspection_options import ProposalNumber, Since, Until, inspection
from deployments.cli.options import Audience
from deployments.cli.register import command
from deployments.cli.saying import iso, table
from domain.calendar import at_hour, local_date
from domain.codes import Environment
from domain.errors import Misuse
from domain.periods import quarter_of
from domain.wording import check_opinion
from models.callback_results import Results, callback_results
from models.rule_proposals import STATUS_ZH, Decision, Proposal, decide, proposals
from tasks.desk import Desk

_WHOLE = 100

Everything = Annotated[bool, typer.Option("--all", help="连同已有决定的。")]
Accept = Annotated[bool | None, typer.Option("--accept/--dismiss", help="采纳，或者不采纳。")]
Reason = Annotated[
    str, typer.Option(metavar="文字", help="采纳写明由谁制定何制度，不采纳写明理由；至多 200 字。")
]


@command(
    inspection,
    "rules",
    Audience.LOOK,
    "列出反弹集中的单位和环境，及建章立制建议。",
    "inspection rules",
)
def rules(call: Call, all_: Everything = False) -> Answer:
    """List rules proposed."""
    with at_desk(call) as desk:
        found = proposals(desk.engine, only_open=not all_)
        rows = [
            (one.number, _about(desk, one), f"{one.month:%Y-%m}", one.relapses,
             "、".join(one.cases), STATUS_ZH[one.status], one.reason)
            for one in found
        ]  # fmt: skip
    headers = ("编号", "单位或环境", "月份", "反弹", "案件", "决定", "理由")
    documents = [
        vars(one) | {"month": f"{one.month:%Y-%m}", "decided_at": iso(one.decided_at)}
        for one in found
    ]
    return Answer(documents, [table("", headers, rows) if rows else "没有建章立制建议。"])


def _about(desk: Desk, one: Proposal) -> str:
    return desk.directory.name(one.unit) if one.unit else Environment(one.environment).zh


@command(
    inspection,
    "rule",
    Audience.OFFICE,
    "决定一条建章立制建议：采纳或者不采纳，写明理由，记录在案。",
    "inspection rule 3 --accept --reason 请市水务局修订收费公示办法 --actor 王科",
)
def rule(call: Call, number: ProposalNumber, accept: Accept = None, reason: Reason = "") -> Answer:
    """Decide on a rule proposed."""
    if accept is None or not reason.strip():
        raise Misuse("请写明采纳（--accept）或者不采纳（--dismiss），以及理由（--reason）。")
    with at_desk(call) as desk:
        decision = Decision(accept, check_opinion(reason), call.actor, desk.now)
        decide(desk.engine, number, decision)
    said = "已采纳" if accept else "不采纳"
    return Answer({"number": number, "accepted": accept}, [f"第 {number} 号建议{said}。"])


@command(
    inspection,
    "callbacks",
    Audience.LOOK,
    "按单位统计回访：解决率、满意率、重新办理，联系不上的另计、不进入比率；默认本季度。",
    "inspection callbacks --since 2026-01-01 --until 2026-04-01",
)
def callbacks(call: Call, since: Since = None, until: Until = None) -> Answer:
    """Count what callbacks gave."""
    with at_desk(call) as desk:
        quarter = quarter_of(local_date(desk.now))
        first = since or at_hour(quarter.first, "00:00")
        last = until or at_hour(quarter.next.first, "00:00")
        found = callback_results(desk.engine, first, last)
        rows = [(desk.directory.name(one.unit), *_cells(one)) for one in found]
    headers = ("单位", "有效回访", "解决", "解决率", "满意", "满意率", "重新办理", "联系不上")
    documents = [_document(one) for one in found]
    return Answer(documents, [table("", headers, rows) if rows else "这一时段没有回访。"])


def _cells(one: Results) -> tuple[object, ...]:
    solved, satisfied = _percent(one.solved, one.valid), _percent(one.satisfied, one.valid)
    return (
        one.valid,
        one.solved,
        "" if solved is None else f"{solved}%",
        one.satisfied,
        "" if satisfied is None else f"{satisfied}%",
        one.rehandled,
        one.unreached,
    )


def _document(one: Results) -> dict[str, Any]:
    rates = {
        "solved_percent": _percent(one.solved, one.valid),
        "satisfied_percent": _percent(one.satisfied, one.valid),
    }
    return vars(one) | rates


def _percent(part: int, of: int) -> float | None:
    return round(_WHOLE * part / of, 1) if of else None
