"""What about delivery needs an operator's eye, in words."""

from collections.abc import Iterator, Mapping

from models.outbox_attention import attention as counted
from models.outbox_hold import state
from tasks.delivery.holding import sentence
from tasks.desk import Desk

CONTACT_ROLE_ZH: Mapping[str, str] = {
    "contact": "联络员",
    "deputy": "分管负责人",
    "head": "主要负责人",
}
"""By role of a unit's contact, what people call it."""

_SHOWN = 3
"""Missing addresses named one by one; the others are counted."""


def attention(desk: Desk) -> str:
    """Say in a Chinese paragraph what is held, parked, bounced, away or missing; or nothing."""
    return "".join(_sentences(desk))


def _sentences(desk: Desk) -> Iterator[str]:
    found = counted(desk.engine, desk.now)
    yield sentence(state(desk.engine))
    if found.messages or found.notices:
        what = f"搁置信件 {found.messages} 封、通知 {found.notices} 份"
        yield f"{what}，用 ./rectify notices parked 查看。"
    if found.bounced:
        yield f"退信的联系方式 {found.bounced} 个，用 ./rectify notices bounced 查看。"
    if found.away:
        yield f"暂停发送的接收方 {found.away} 个，用 ./rectify notices receivers 查看。"
    if found.missing:
        named = "、".join(
            f"{desk.directory.name(unit)}{CONTACT_ROLE_ZH[role]}"
            for unit, role in found.missing[:_SHOWN]
        )
        more = f"等 {len(found.missing)} 处" if len(found.missing) > _SHOWN else ""
        yield f"没有登记联系方式：{named}{more}，给他们的通知只写成文件。"
