"""A case as people read it: facts, clocks, requests, history, notices, what can be done now."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType

from deployments.cli.case_document import commands, number_of
from deployments.cli.saying import pairs, table
from deployments.cli.terms import NOTICE_STATUS_ZH, REQUEST_STATUS_ZH, TEMPLATE_ZH, TEXT_ZH
from domain.case import Case
from domain.clocks import Clock
from domain.codes import Environment
from domain.wording import mask, moment
from models.reading import Row, Whole
from tasks.artifacts.details import points
from tasks.artifacts.terms import EVENT_ZH, actor_zh, hops_in_words, result_zh
from tasks.desk import Desk


def page(desk: Desk, case: Whole, texts: list[Row]) -> list[RenderableType]:
    """Show a case; ``texts`` are shown with the numbers in them masked."""
    return [
        f"{case.row['no']}  {case.row['subject']}",
        pairs(facts(desk, case)),
        "",
        table("时限", ("时限", "持有者", "应完成", "现状"), _clocks(desk, case.loaded.case)),
        *_requests(desk, case.loaded.case),
        table("办理记录", ("序", "时间", "事项", "办理者", "内容"), _history(desk, case)),
        *_notices(desk, case),
        *_texts(texts),
        f"现在可以：{'、'.join(commands(case.loaded.case.state)) or '无（已终结）'}。",
    ]


def facts(desk: Desk, case: Whole) -> Iterator[tuple[str, str]]:
    """Give what stands in the case itself, name by value; what is empty is left out."""
    known, name = case.loaded.case, desk.directory.name
    pairs = {
        "状态": f"{known.state.zh}{_marks(known)}",
        "类别": f"{known.kind.zh}，{known.urgency.zh}，{known.mode.zh}",
        "环境": _environment(known.environment),
        "渠道": desk.directory.channels.get(known.channel, known.channel),
        "主办": name(known.lead_unit),
        "协办": "、".join(name(unit) for unit in known.assisting),
        "验收": name(known.verifying_unit),
        "涉事主体": f"{case.row['party']}{'（不向单位显示）' if case.row['party_hidden'] else ''}",
        "办理结果": result_zh(known.result),
        "督办级别": f"{known.level} 级" if known.level else "",
        "退单、重办、反弹": _counts(known),
        "各单位退单": hops_in_words(known, name) if any(known.hops) else "",
        "移送反馈": _feedback(known),
        "主案": known.lead_case,
        "从案": "、".join(case.followers),
        "反映、登记": f"{moment(case.row['reported_at'])}，{moment(known.detected_at)}",
    }
    return ((title, value) for title, value in pairs.items() if value)


def _environment(code: Environment | None) -> str:
    return code.zh if code else ""


def _marks(case: Case) -> str:
    marks = {"挂牌督办": case.listed, "已剔单": case.excluded}
    return "".join(f"，{mark}" for mark, holds in marks.items() if holds)


def _counts(case: Case) -> str:
    counts = (case.all_returns, case.rehandlings, case.relapses)
    return "、".join(f"{count} 次" for count in counts) if any(counts) else ""


def _feedback(case: Case) -> str:
    if case.feedback_due_at is None:
        return ""
    if case.feedback is None:
        return f"应于 {moment(case.feedback_due_at)} 前反馈"
    return case.feedback.zh


def _clocks(desk: Desk, case: Case) -> Iterator[tuple[str, ...]]:
    for clock in sorted(case.clocks.values(), key=lambda c: (c.stopped_at is not None, c.due_at)):
        holder = desk.directory.name(clock.holder)
        yield clock.kind.zh, holder, moment(clock.due_at), _standing(desk, clock)


def _standing(desk: Desk, clock: Clock) -> str:
    if clock.stopped_at is not None:
        return f"{moment(clock.stopped_at)} 已停"
    parts = ["已暂停" if clock.paused_at else "逾期" if clock.overdue(desk.now) else "计时中"]
    parts += [clock.rung.zh] if clock.rung else []
    parts += ["暂定"] if clock.provisional else []
    return "，".join(parts)


def _requests(desk: Desk, case: Case) -> Iterator[RenderableType]:
    rows = [
        (
            request.number,
            request.kind.zh,
            _applicant(desk, request.applicant),
            moment(request.asked_at),
            request.rung.zh if request.rung else f"{request.days} 个工作日" if request.days else "",
            REQUEST_STATUS_ZH[request.status],
        )
        for request in case.requests
    ]
    if rows:
        yield table("申请", ("序", "事项", "申请人", "时间", "内容", "裁定"), rows)


def _applicant(desk: Desk, code: str) -> str:
    """Name who asked: a unit by its code, others by their role."""
    return desk.directory.names.get(code) or actor_zh(code, desk.directory.name)


def _history(desk: Desk, case: Whole) -> Iterator[tuple[Any, ...]]:
    for entry in case.history:
        who = actor_zh(entry["actor"], desk.directory.name)
        claimed = f"（{entry['claimed_name']}）" if entry["claimed_name"] else ""
        said = "；".join(filter(None, points(entry["detail"], desk.directory.name)))
        event = EVENT_ZH.get(entry["event"], entry["event"])
        yield entry["seq"], moment(entry["occurred_at"]), event, f"{who}{claimed}", said


def _notices(desk: Desk, case: Whole) -> Iterator[RenderableType]:
    numbers = {(paper["seq"], paper["template"]): number_of(paper) for paper in case.documents}
    if case.notices:
        rows = (_notice(desk, notice, numbers) for notice in case.notices)
        yield table("通知", ("记录", "文书", "文号", "收件", "方式", "现状"), rows)


def _notice(
    desk: Desk, notice: Mapping[str, Any], numbers: Mapping[tuple[int, str], str]
) -> tuple[Any, ...]:
    return (
        notice["seq"],
        TEMPLATE_ZH.get(notice["template"], notice["template"]),
        numbers.get((notice["seq"], notice["template"]), ""),
        f"{desk.directory.name(notice['unit'])} {notice['role']}",
        notice["channel"],
        NOTICE_STATUS_ZH.get(notice["status"], notice["status"]),
    )


def _texts(texts: list[Row]) -> Iterator[RenderableType]:
    if texts:
        rows = (
            (t["seq"], TEXT_ZH.get(t["kind"], t["kind"]), mask(t["body"] or "（已清除）"))
            for t in texts
        )
        yield table("文字（号码已遮盖）", ("记录", "类型", "内容"), rows)
