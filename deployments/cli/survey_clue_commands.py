"""Clues among the answers: listed, accepted as cases, put aside."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer
from rich.table import Table

from deployments.cli.bulk_commands import DryRun
from deployments.cli.call import Answer, Call, at_desk, tell_prefect
from deployments.cli.options import Audience, Reason
from deployments.cli.register import command
from deployments.cli.saying import table
from deployments.cli.survey_options import Clue, Code, survey
from domain.errors import Misuse
from models.survey_clues import StoredClue, Wanted, clues
from tasks.desk import Desk
from tasks.surveys.deciding import accept_all, accept_clue, dismiss, low_clues

_OFFICE = Audience.OFFICE
_FULL = 5
_STATUS_ZH = {"open": "待处理", "accepted": "已立案", "dismissed": "不予采用"}

Unit = Annotated[str, typer.Option(metavar="单位", help="立案后即交办的主办单位。")]
All = Annotated[bool, typer.Option("--all", help="连同已处理的。")]
AtMost = Annotated[str, typer.Option(metavar="分数", help="最低分不高于此分的（折合 5 分制）。")]


@command(
    survey,
    "clues",
    Audience.OFFICE,
    "列出一份问卷的低分线索，最低分在前。",
    "survey clues YS2026",
)
def clues_(call: Call, code: Code, all_: All = False) -> Answer:
    """List clues."""
    with at_desk(call) as desk:
        found = clues(desk.engine, Wanted(code, None if all_ else "open"))
        shown = _table(desk, found)
    return Answer([_document(one) for one in found], [shown if found else "没有线索。"])


@command(
    survey,
    "accept",
    _OFFICE,
    "采用一条线索：立案；写明 --unit 的同时交办。",
    "survey accept 12 --unit shenpi --actor 王科",
)
def accept(call: Call, clue: Clue, unit: Unit = "") -> Answer:
    """Make a clue a case."""
    with at_desk(call) as desk:
        done = accept_clue(desk, clue, unit, call.actor)
        lead = desk.directory.name(done.carried.unit) if done.carried else ""
    if done.carried:
        tell_prefect(call, [done.carried])
    said = f"第 {clue} 号线索{'已' if done.changed else '此前已'}立案 {done.case_no}"
    document = {"clue": clue, "case_no": done.case_no, "changed": done.changed}
    return Answer(document, [said + (f"，已交办{lead}。" if lead else "，待办公室交办。")])


@command(
    survey,
    "accept-all",
    _OFFICE,
    "批量采用：一份问卷中最低分不高于某分的线索逐条立案，先用 --dry-run 预览。",
    "survey accept-all YS2026 --at-most 1 --dry-run",
)
def accept_all_(call: Call, code: Code, at_most: AtMost, dry_run: DryRun = False) -> Answer:
    """Make all clues marked low enough cases."""
    mark = _mark(at_most)
    with at_desk(call) as desk:
        found = low_clues(desk, code, mark)
        cases = {} if dry_run else accept_all(desk, found, call.actor)
        shown = _table(desk, found)
    document = {
        "dry_run": dry_run,
        "clues": [_document(one) for one in found],
        "cases": sorted(cases.values()),
    }
    tail = "这是预览，没有改动。" if dry_run else f"已立案 {len(cases)} 件，待办公室交办。"
    head = f"最低分不高于 {mark} 分的待处理线索 {len(found)} 条；{tail}"
    return Answer(document, [head, shown] if found else [head])


@command(
    survey,
    "dismiss",
    _OFFICE,
    "不予采用一条线索，须写理由。",
    "survey dismiss 12 --reason 已由他案办理 --actor 王科",
)
def dismiss_(call: Call, clue: Clue, reason: Reason) -> Answer:
    """Put a clue aside."""
    with at_desk(call) as desk:
        changed = dismiss(desk, clue, reason, call.actor)
    said = "不予采用" if changed else "此前已不予采用，未再改动"
    return Answer({"clue": clue, "changed": changed}, [f"第 {clue} 号线索{said}。"])


def _mark(text: str) -> Decimal:
    try:
        mark = Decimal(text.strip())
    except InvalidOperation:
        mark = Decimal("NaN")
    if not (mark.is_finite() and 0 < mark <= _FULL):
        raise Misuse(f"分数“{text}”看不懂，请写大于 0、至多 {_FULL} 的数（折合 5 分制）。")
    return mark


def _table(desk: Desk, found: Sequence[StoredClue]) -> Table:
    rows = [
        (one.id, one.mark, one.matter, desk.directory.name(one.unit), _STATUS_ZH[one.status],
         one.case_no or one.reason, _said(one))
        for one in found
    ]  # fmt: skip
    return table("", ("线索", "最低分", "事项", "单位", "状态", "案件或理由", "答卷"), rows)


def _said(one: StoredClue) -> str:
    return "；".join(f"{code}：{one.answers[code]}" for code in one.questions)


def _document(one: StoredClue) -> dict[str, Any]:
    return {
        "clue": one.id,
        "survey": one.survey,
        "matter": one.matter,
        "unit": one.unit,
        "environment": one.environment,
        "mark": float(one.mark),
        "questions": list(one.questions),
        "answers": {code: one.answers[code] for code in one.questions},
        "status": one.status,
        "reason": one.reason,
        "case_no": one.case_no,
    }
