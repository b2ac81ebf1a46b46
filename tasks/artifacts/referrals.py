"""The worklist's line about referrals whose feedback is late."""

from models.referrals import silent
from tasks.artifacts.markup import card_link
from tasks.desk import Desk

_NAMED = 10


def silent_referrals(desk: Desk) -> str:
    """Name the referrals of which the organ has said nothing in time; empty where there is none."""
    late = silent(desk.engine, desk.now)
    if not late:
        return ""
    named = "、".join(card_link(one.no, desk.database) for one in late[:_NAMED])
    more = f" 等 {len(late)} 件" if len(late) > _NAMED else ""
    return f"**移送后逾期未反馈** {named}{more}：请与受移送机关联系，收到后登记反馈。"
