"""The worklist's lines about inspections that nobody may do, and rules that are proposed."""

from domain.codes import Environment
from models.engine import transaction
from models.inspections import count_unassigned
from models.inspectors import inspectors
from models.rule_proposals import proposals
from tasks.artifacts.markup import text
from tasks.desk import Desk

_NAMED = 10


def inspections_attention(desk: Desk) -> str:
    """Say in Chinese paragraphs what the office should follow up; or nothing."""
    return "\n\n".join(filter(None, (_unassigned(desk), _proposed(desk))))


def _unassigned(desk: Desk) -> str:
    """Without any inspector the office looks again itself: nothing is wrong then."""
    with transaction(desk.engine) as connection:
        waiting = count_unassigned(connection) if inspectors(connection) else 0
    if not waiting:
        return ""
    return (
        f"**复查任务没有合适的检查人** {waiting} 件："
        "请用 ./rectify inspection inspector 登记检查人。"
    )


def _proposed(desk: Desk) -> str:
    found = proposals(desk.engine, only_open=True)
    if not found:
        return ""
    named = "、".join(
        text(desk.directory.name(one.unit) if one.unit else Environment(one.environment).zh)
        + f"（{one.relapses} 件）"
        for one in found[:_NAMED]
    )
    more = f" 等 {len(found)} 条" if len(found) > _NAMED else ""
    return (
        f"**反弹集中，建议建章立制** {named}{more}：请用 ./rectify inspection rules 查看，"
        "inspection rule 决定。"
    )
