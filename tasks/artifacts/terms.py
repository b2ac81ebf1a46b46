"""What operators read for the codes of history, clocks and requests, and where they act on them."""

from collections.abc import Callable, Mapping

from domain.case import Case
from domain.codes import RUNGS, ClockKind, RequestKind, Result, Role, Rung

EVENT_ZH: Mapping[str, str] = {
    "detected": "发现登记",
    "dispatched": "交办",
    "redispatched": "改派",
    "confirmed": "维持交办",
    "signed": "签收",
    "contacted": "首次联系",
    "replied": "阶段答复",
    "opined": "协办意见",
    "submitted": "提交办结",
    "submission_rejected": "验收不通过",
    "accepted": "验收通过",
    "notice_ended": "公示期满",
    "signed_off": "领导签批",
    "closed": "销号",
    "called_back": "回访",
    "callback_unreached": "回访未联系上",
    "rehandled": "重新办理",
    "relapsed": "问题反弹",
    "recheck_ordered": "安排复查",
    "recheck_passed": "复查合格",
    "verified": "复查归档",
    "fired": "时限预警",
    "reprojected": "时限重新推算",
    "reminded": "催办",
    "escalated": "升级督办",
    "deescalated": "降级督办",
    "delisted": "解除挂牌",
    "excluded": "剔单",
    "requested": "提出申请",
    "request_withdrawn": "撤回申请",
    "ruled": "裁定申请",
    "extended": "同意延期",
    "objection_upheld": "异议成立，退回整改",
    "returned": "退单",
    "part_returned": "协办退单",
    "part_redispatched": "协办改派",
    "part_confirmed": "维持协办",
    "referral_feedback": "移送反馈",
    "rejected": "不予受理",
    "referred": "移送",
    "merged": "并案",
    "split": "拆分",
    "shelved": "挂账",
    "resumed": "恢复办理",
    "ledger_edited": "台账更正",
    "disclosed": "同意披露反映人",
    "disclosure_revoked": "撤回披露",
    "party_hidden": "涉事主体不向单位显示",
    "party_shown": "涉事主体向单位显示",
    "retention_held": "暂缓到期清除",
    "retention_released": "解除暂缓清除",
    "identity_erased": "身份到期清除",
    "texts_erased": "文字到期清除",
    "source_updated": "来件更新",
    "project_landed": "项目落地",
    "project_written_off": "项目核销",
    "project_reopened": "项目恢复推进",
}
"""The Chinese name of each event of history."""

DOCUMENT_STATUS_ZH: Mapping[str, str] = {
    "owed": "尚未发出",
    "bound": "待发出",
    "sent": "已发出",
    "withdrawn": "已撤回，未发出",
}
"""By status of an official document, what became of it."""

CLOCK_WORK: Mapping[str, tuple[str, str]] = {
    ClockKind.TRIAGE: ("受理、交办", "assign"),
    ClockKind.RULING: ("裁定退单", "rule"),
    ClockKind.REVIEW: ("验收", "close"),
    ClockKind.OFFICE_REVIEW: ("复核销号", "close"),
    ClockKind.CALLBACK: ("回访", "callback"),
    ClockKind.RECHECK: ("复查", "verify"),
}
"""What a clock that the office holds asks of it, and the flow that does it."""

_FLOWS = {
    "dispatch": "assign",
    "remind": "remind",
    "escalate": "escalate",
    "deescalate": "escalate",
    "accept": "close",
    "sign_off": "close",
    "review": "close",
    "callback": "callback",
    "order_recheck": "verify",
    "recheck": "verify",
    "rule": "rule",
}
_SETTLING = ("reject", "merge", "split", "refer", "feedback", "resume", "exclude", "delist")
_WITHOUT_FORM = ("end_notice", "archive", "edit")


def flow_of(command: str) -> str:
    """Give the flow whose form gives a command; empty where it has none (system, ledger)."""
    if command in _WITHOUT_FORM:
        return ""
    return "settle" if command in _SETTLING else _FLOWS.get(command, "handle")


def request_work(kind: str, number: int, rung: str) -> str:
    """Say what a pending request asks of the office."""
    if kind == RequestKind.PROPOSAL:
        return f"签发升级建议“{Rung(rung).zh}”（第 {number} 号）"
    return f"裁定{RequestKind(kind).zh}申请（第 {number} 号）"


def hops_in_words(case: Case, name: Callable[[str], str]) -> str:
    """Say how often each place of a case was returned: the lead's and those of its parts."""
    told = [("主办", case.returns), *((f"{name(p.unit)}协办", p.hops) for p in case.parts)]
    return "、".join(f"{what} {hops} 次" for what, hops in told if hops)


def rung_zh(number: int) -> str:
    """Name the rung a clock has reached, counted from 1; nothing at 0."""
    return RUNGS[number - 1].zh if number else ""


def actor_zh(actor: str, name: Callable[[str], str]) -> str:
    """Name who acted: ``unit:shuiwu`` by the unit, others by their role."""
    role, _, code = actor.partition(":")
    return name(code) if code else Role(role).zh


def result_zh(code: str | None) -> str:
    """Name what a submission says became of the problem."""
    return Result(code).zh if code else ""
