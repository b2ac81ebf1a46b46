"""Who is told what: recipients by role, from the policy."""

from domain.change import Figure, Notice
from domain.clocks import Rules
from domain.codes import OFFICE_UNIT

DOCUMENT_TYPES = {
    "assigned": "交办",
    "warning": "提醒",
    "suggestion": "建议",
    "blue": "提示",
    "yellow": "黄牌",
    "red": "催办",
    "criticism": "通报",
    "raise": "提级",
    "list": "督办",
    "list_announced": "公告",
    "delisted": "摘牌",
    "delisted_announced": "公告",
    "deescalated": "降级",
    "reminder": "提醒",
    "referred": "移送",
    "closed": "销号",
    "recheck": "复查",
}
"""Templates that are numbered documents, with the word in the number (催办〔2026〕12号).

Every step of the ladder is one, and so is every paper of a handling mode; the two announcements
share a series, as the two 提醒函 do.
"""


def notices(rules: Rules, template: str, *units: str, **args: Figure) -> tuple[Notice, ...]:
    """Owe ``template`` to the roles that the policy names, of each unit once."""
    roles = rules.policy.recipients.get(template, ("contact",))
    targets = dict.fromkeys(target(unit, role) for unit in units if unit for role in roles)
    return tuple(Notice(template, unit, role, args) for unit, role in targets)


def target(unit: str, role: str) -> tuple[str, str]:
    """Resolve the role ``office``, which is the office's contact whatever the unit."""
    return (OFFICE_UNIT, "contact") if role == "office" else (unit, role)


def office_task(rules: Rules, task: str, **args: Figure) -> tuple[Notice, ...]:
    """Put a task before the office; ``task`` is the code of what is to be done."""
    return notices(rules, "task", OFFICE_UNIT, task=task, **args)
