"""Chinese terms for what history and notices hold as codes, for everything that people read."""

from collections.abc import Mapping

from domain.codes import OFFICE_UNIT, Role

EVENT_ZH: Mapping[str, str] = {
    "detected": "受理登记",
    "dispatched": "交办",
    "redispatched": "改派",
    "rejected": "不予受理",
    "merged": "并案",
    "split": "拆分",
    "referred": "移送",
    "signed": "签收",
    "contacted": "首次联系",
    "replied": "阶段答复",
    "opined": "协办意见",
    "submitted": "提交办结",
    "returned": "退单",
    "confirmed": "维持交办",
    "requested": "提出申请",
    "request_withdrawn": "撤回申请",
    "ruled": "裁定",
    "extended": "延期获准",
    "shelved": "挂账",
    "resumed": "恢复办理",
    "excluded": "剔单",
    "accepted": "验收通过",
    "notice_ended": "公示期满",
    "signed_off": "领导签批",
    "closed": "销号",
    "submission_rejected": "退回补正",
    "objection_upheld": "异议成立",
    "called_back": "回访",
    "callback_unreached": "回访未联系上",
    "rehandled": "重新办理",
    "recheck_ordered": "安排复查",
    "recheck_passed": "复查通过",
    "relapsed": "问题反弹",
    "verified": "复查归档",
    "escalated": "升级督办",
    "delisted": "解除挂牌",
    "reminded": "催办",
    "fired": "期限预警",
}
"""By code of a history event, what it is called."""

TEMPLATE_ZH: Mapping[str, str] = {
    "assigned": "交办单",
    "returned": "退单告知",
    "ruling_confirmed": "维持交办通知",
    "blue": "蓝色提示",
    "yellow": "黄牌提醒卡",
    "red": "红牌催办通知书",
    "criticism": "通报批评",
    "raise": "提级办理、约谈通知",
    "list": "挂牌督办通知书",
    "reminder": "提醒函",
    "rejected_submission": "退回补正通知",
    "submitted": "验收任务单",
    "public_notice": "销号公示",
    "sign_off": "签批单",
    "closed": "销号通知书",
    "reopened": "重新办理通知",
    "recheck": "复查通知书",
    "recheck_failed": "复查不通过通知",
    "extension_granted": "同意延期",
    "extension_refused": "不同意延期",
    "shelved": "同意挂账",
    "shelving_refused": "不同意挂账",
    "resumed": "恢复办理通知",
    "merged": "并案告知",
    "referred": "移送函",
    "delisted": "解除挂牌通知",
    "task": "办理任务",
}
"""By code of a notice's template, what the document is called."""

NOTICE_STATUS_ZH: Mapping[str, str] = {
    "owed": "待发",
    "bound": "待发",
    "pending": "发送中",
    "sent": "已发",
    "parked": "搁置",
    "dissolved": "已撤",
    "withdrawn": "已撤",
}
"""By status of a notice or of its message, how it stands."""

REQUEST_STATUS_ZH: Mapping[str, str] = {
    "pending": "待裁定",
    "granted": "同意",
    "refused": "不同意",
    "withdrawn": "已撤回",
    "lapsed": "已失效",
    "superseded": "已被更高的建议取代",
}
"""By status of a request, how it stands."""

CONTACT_ROLE_ZH: Mapping[str, str] = {
    "contact": "联络员",
    "deputy": "分管负责人",
    "head": "主要负责人",
}
"""By role of a unit's contact, what people call it."""


def who(actor: str, names: Mapping[str, str]) -> str:
    """Name an actor as history keeps it (``unit:shuiwu``, ``office``) or a unit's bare code."""
    role, _, code = actor.rpartition(":")
    if code in names:
        return names[code] if not role else f"{Role(role).zh} {names[code]}"
    return names[OFFICE_UNIT] if code == OFFICE_UNIT and OFFICE_UNIT in names else _role(code)


def _role(code: str) -> str:
    return next((role.zh for role in Role if role == code), code)
