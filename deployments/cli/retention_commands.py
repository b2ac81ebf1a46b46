"""What is kept too long: erased, foreseen, held back."""

from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, No, Reason
from deployments.cli.progress import progress
from deployments.cli.register import command, group
from deployments.cli.saying import iso, table
from domain.case import SYSTEM
from domain.wording import moment
from models.holds import holds, release
from tasks.disclosing import occasion_of
from tasks.retention import RetentionReport, erase_expired, told
from tasks.retention import hold as hold_case

retention = group("保存期限：到期清除反映人身份和文字，暂缓清除。")

Preview = Annotated[bool, typer.Option("--preview", help="只统计应清除多少，不清除任何内容。")]


@command(
    retention,
    "run",
    Audience.OFFICE,
    "清除保存期限已满的反映人身份和文字（每日也自动进行）；先用 --preview 看有多少。",
    "retention run --preview",
    "retention run --actor 王科",
)
def run(call: Call, preview: Preview = False) -> Answer:
    """Erase what is over."""
    with at_desk(call) as desk, progress("到期清除") as advance:
        by = SYSTEM if preview else occasion_of(desk, call.actor).by
        report = erase_expired(desk, by, preview=preview, progress=advance)
    return Answer(_document(report), [told(report)])


@command(
    retention,
    "hold",
    Audience.OFFICE,
    "暂缓清除一件（诉讼、信访复查等需要），须写理由。",
    "retention hold QD2026-000123 --reason 行政诉讼未结 --actor 王科",
)
def hold(call: Call, no: No, reason: Reason) -> Answer:
    """Let a case keep everything."""
    with at_desk(call) as desk:
        fresh = hold_case(desk, no, reason, occasion_of(desk, call.actor, call.key))
    return Answer({"no": no, "held": True, "repeated": not fresh}, [f"{no}：暂缓到期清除。"])


@command(
    retention,
    "release",
    Audience.OFFICE,
    "解除暂缓清除：期限已满的下一次清除。",
    "retention release QD2026-000123 --actor 王科",
)
def release_(call: Call, no: No) -> Answer:
    """Let a held case go."""
    with at_desk(call) as desk:
        fresh = release(desk.engine, no, occasion_of(desk, call.actor, call.key))
    return Answer({"no": no, "held": False, "repeated": not fresh}, [f"{no}：解除暂缓清除。"])


@command(retention, "held", Audience.LOOK, "列出暂缓清除的案件和理由。", "retention held")
def held(call: Call) -> Answer:
    """List what is held."""
    with at_desk(call) as desk:
        found = holds(desk.engine)
    rows = ((one.no, moment(one.held_at), one.actor, one.reason) for one in found)
    document = [{**one._asdict(), "held_at": iso(one.held_at)} for one in found]
    shown = (
        [table("", ("案件", "自", "经办人", "理由"), rows)] if found else ["没有暂缓清除的案件。"]
    )
    return Answer(document, shown)


def _document(report: RetentionReport) -> dict[str, object]:
    terms = {name: str(limit) for name, limit in vars(report.terms).items()}
    return {**vars(report), "terms": terms, "oldest": iso(report.oldest)}
