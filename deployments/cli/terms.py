"""Chinese terms for what notices, requests and contacts hold as codes."""

from collections.abc import Mapping

TEMPLATE_ZH: Mapping[str, str] = {
    "assigned": "交办单",
    "returned": "退单告知",
    "part_changed": "协办单位变更通知",
    "referral_silent": "移送反馈提醒",
    "inspection_assigned": "复查任务",
    "inspection_due": "复查任务提醒",
    "rule_proposed": "建章立制建议",
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
    "warning": "提醒函",
    "suggestion": "办理建议",
    "list_announced": "挂牌督办公告",
    "delisted_announced": "摘牌公告",
    "deescalated": "督办降级通知书",
    "reprojected": "时限调整通知",
    "followed": "主案进展告知",
    "answer": "答复反映人",
    "project_renewal": "项目清单更新提醒",
    "project_settled": "项目进展告知",
    "survey_low": "问卷回收提醒",
    "survey_closed": "问卷截止告知",
    "duty": "工作提示",
    "duty_due": "查摆活动提醒",
    "duty_missed": "查摆活动未开展告知",
    "activity_soon": "查摆活动预告",
    "activity_unrecorded": "查摆活动登记提醒",
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

UNIT_KIND_ZH: Mapping[str, str] = {
    "participating": "成员单位",
    "department": "市直部门",
    "district": "区市",
    "zone": "功能区",
    "office": "指挥部办公室",
    "organ": "机关",
}
"""By kind of a unit, what people call it."""

LAYER_ZH: Mapping[str, str] = {"self": "部门全面查", "city": "市级重点查", "society": "社会广泛查"}
"""By layer of a channel, what people call it."""

TEXT_ZH: Mapping[str, str] = {
    "body": "反映内容",
    "reply": "答复意见",
    "reason": "理由",
    "opinion": "意见",
    "finding": "复查情况",
    "feedback": "移送反馈",
    "wording": "办理要求",
    "subject": "更正后的事由",
    "party": "更正后的涉事主体",
    "consent": "反映人同意的方式和时间",
    "source_body": "来件更新后的反映内容",
    "source_subject": "来件更新后的事由",
    "source_party": "来件更新后的涉事主体",
}
"""By kind of a text, what it is."""
