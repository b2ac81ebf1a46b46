"""The card of one case: facts, clocks with their reasons, requests, history, and the lifecycle."""

from collections import Counter
from collections.abc import Iterable, Iterator

from domain.case import Case, Request
from domain.codes import RequestKind
from domain.explaining import Paragraph, paragraphs
from domain.picture import mermaid
from domain.referring import unless_withheld
from domain.refusals import COMMAND_ZH
from domain.transitions import allowed
from domain.wording import moment
from models.reading import Row, Whole, whole_case
from tasks.artifacts.details import points
from tasks.artifacts.markup import artifact_key, card_link, heading, link, table, text
from tasks.artifacts.papers import drafted, register
from tasks.artifacts.source_updates import versions_on_card
from tasks.artifacts.terms import EVENT_ZH, actor_zh, flow_of, hops_in_words, result_zh
from tasks.artifacts.worklist import Pages
from tasks.desk import Desk
from tasks.unit_view import party_for_units

_STATUS_ZH = {
    "pending": "待裁定",
    "granted": "同意",
    "refused": "不同意",
    "withdrawn": "已撤回",
    "lapsed": "已失效",
    "superseded": "已被更高一级取代",
}
_NOTICE_ZH = {
    "owed": "待发",
    "withdrawn": "已撤回",
    "pending": "发送中",
    "sent": "已发",
    "parked": "待人工处理",
    "dissolved": "待重新编发",
}


def case_card(desk: Desk, no: str, pages: Pages) -> str:
    """Draw the card as it stands; refuses an unknown number."""
    whole = whole_case(desk.engine, no)
    case = whole.loaded.case
    parts = [
        heading(f"{case.no} {unless_withheld(whole.loaded.subject, case.state)}", desk.database),
        table(("项目", "内容"), list(_facts(desk, whole))),
        "## 现在可以",
        _actions(case, pages) or "已终结，没有可办的事。",
        "## 时限",
        "\n".join(_bullets(paragraphs(whole.record, desk.now, desk.directory.names))),
        *_requests(desk, case),
        *_drafts(desk, case),
        *register(desk, case.no),
        *_notices(desk, whole),
        *versions_on_card(desk, no),
        "## 办理经过",
        table(
            ("序号", "时间", "事项", "办理者", "要点"), [_event(desk, row) for row in whole.history]
        ),
        "## 流程位置",
        f"```mermaid\n{mermaid(case.state)}\n```",
        " · ".join(_ways_on(desk, case)),
    ]
    return "\n\n".join(parts) + "\n"


def _ways_on(desk: Desk, case: Case) -> Iterator[str]:
    yield link("返回工作清单", f"/artifacts/key/{artifact_key('worklist', desk.database)}")
    yield link("本案事件", f"/events?resource=%5B%22rectification.case.{case.no}%22%5D")


def _bullets(told: Iterable[Paragraph]) -> Iterator[str]:
    """One bullet a sentence; what is said further about a clock stands below its first."""
    for first, *more in told:
        yield f"- {text(first)}"
        yield from (f"  - {text(sentence)}" for sentence in more)


def _facts(desk: Desk, whole: Whole) -> Iterator[tuple[str, str]]:
    case, name = whole.loaded.case, desk.directory.name
    yield "状态", f"**{case.state.zh}**"
    yield "督办级别", f"{case.level} 级" + ("，**挂牌督办**" if case.listed else "")
    yield "环境", case.environment.zh if case.environment else "（未定）"
    yield "类别", f"{case.kind.zh} · {case.urgency.zh} · {case.mode.zh}"
    yield "来源", text(desk.directory.channels.get(case.channel, case.channel))
    yield "涉事主体", text(unless_withheld(party_for_units(whole), case.state)) or "（无）"
    yield "主办单位", text(name(case.lead_unit)) or "（未交办）"
    yield "协办单位", text("、".join(map(name, case.assisting))) or "（无）"
    yield "验收单位", text(name(case.verifying_unit)) or "（未定）"
    yield "反映时间", moment(whole.row["reported_at"])
    yield "办理结果", result_zh(case.result) or "（未提交）"
    yield "退单、重办、反弹", f"{case.all_returns} 次 · {case.rehandlings} 次 · {case.relapses} 次"
    if any(case.hops):
        yield "各单位退单", hops_in_words(case, desk.directory.name)
    if case.feedback_due_at:
        told = case.feedback.zh if case.feedback else f"应于 {moment(case.feedback_due_at)} 前反馈"
        yield "移送反馈", told
    if case.excluded:
        yield "考核", "已剔单，不计入考核"
    if case.lead_case:
        yield "并入", card_link(case.lead_case, desk.database)
    if whole.followers:
        yield "并入本案的", "、".join(card_link(no, desk.database) for no in whole.followers)


def _actions(case: Case, pages: Pages) -> str:
    """Link each command that the state allows to the form it is given on."""
    shown = []
    for command in allowed(case.state):
        flow = flow_of(command)
        if flow:
            title = COMMAND_ZH[command]
            shown.append(link(title, pages[flow]) if flow in pages else text(title))
    return " · ".join(shown)


def _requests(desk: Desk, case: Case) -> Iterator[str]:
    if not case.requests:
        return
    yield "## 申请"
    heads = ("编号", "事项", "申请人", "提出时间", "结果", "裁定者", "裁定时间")
    yield table(heads, [_request(desk, request) for request in case.requests])


def _request(desk: Desk, request: Request) -> tuple[str, ...]:
    return (
        str(request.number),
        text(request.kind.zh + _asked(desk, request)),
        text(_applicant(desk, request.applicant)),
        moment(request.asked_at),
        _STATUS_ZH[request.status],
        text(actor_zh(request.decider, desk.directory.name)) if request.decider else "",
        moment(request.decided_at) if request.decided_at else "",
    )


def _asked(desk: Desk, request: Request) -> str:
    if request.days:
        return f" {request.days} 个工作日"
    if request.until:
        return f"至 {moment(request.until)}"
    if request.rung:
        return f"“{request.rung.zh}”"
    return f"，建议改由{desk.directory.name(request.unit)}办理" if request.unit else ""


def _applicant(desk: Desk, applicant: str) -> str:
    """A unit by its name, everybody else by their role."""
    return desk.directory.names.get(applicant) or actor_zh(applicant, desk.directory.name)


def _drafts(desk: Desk, case: Case) -> Iterator[str]:
    """What waits for the office head, in full: its number comes with the signature."""
    if case.pending(RequestKind.PROPOSAL):
        yield "## 待签发的文书草稿"
        yield from drafted(desk, case.no)


def _notices(desk: Desk, whole: Whole) -> Iterator[str]:
    """What became of each notice."""
    if whole.notices:
        yield "## 通知"
        counts = Counter((n["unit"], _NOTICE_ZH.get(n["status"], "")) for n in whole.notices)
        rows = [
            (text(desk.directory.name(unit)), status, str(n))
            for (unit, status), n in counts.items()
        ]
        yield table(("单位", "情况", "件数"), rows)


def _event(desk: Desk, row: Row) -> tuple[str, ...]:
    actor = actor_zh(row["actor"], desk.directory.name)
    claimed = f"（{row['claimed_name']}）" if row["claimed_name"] else ""
    return (
        str(row["seq"]),
        moment(row["occurred_at"]),
        EVENT_ZH.get(row["event"], row["event"]),
        text(actor + claimed),
        text("；".join(points(row["detail"], desk.directory.name))),
    )
