"""Whether notices reach people: a test, addresses that bounced, receivers that are away."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, UnitCode
from deployments.cli.register import command
from deployments.cli.saying import iso, table
from domain.errors import Misuse, Refused
from domain.wording import moment
from models.outbox_bounces import bounced, mark_address
from models.outbox_receivers import Receiver, receivers
from tasks.delivery.attention import CONTACT_ROLE_ZH
from tasks.delivery.trying import Tried, try_out

app = typer.Typer()

Role = Annotated[
    str, typer.Option(metavar="角色", help="contact 联络员、deputy 分管、head 主要负责人。")
]
Way = Annotated[str, typer.Option(metavar="方式", help="只试这一种，如 email；不写则都试。")]
Where = Annotated[str, typer.Argument(metavar="地址", help="退信的邮箱或网址。")]
Why = Annotated[str, typer.Option(metavar="文字", help="退信的原因，照录退信所说。")]


@command(
    app,
    "test",
    Audience.RUN,
    "马上试发一封，核对单位的联系方式能否收到；夜间也发，不记入发送记录。",
    "notices test shuiwu",
    "notices test shuiwu --role head --channel email",
)
def try_out_(call: Call, unit: UnitCode, role: Role = "contact", channel: Way = "") -> Answer:
    """Send a test message."""
    if role not in CONTACT_ROLE_ZH:
        raise Misuse(f"角色“{role}”不认识，请从中选择：{'、'.join(CONTACT_ROLE_ZH)}。")
    with at_desk(call) as desk:
        tried = try_out(desk, desk.directory.unit(unit), role, channel)
    failed = [one for one in tried if not one.result.sent]
    if failed:
        raise Refused("".join(one.sentence for one in failed))
    return Answer([_document(one) for one in tried], [one.sentence for one in tried])


def _document(tried: Tried) -> dict[str, object]:
    return {"channel": tried.channel, "address": tried.address, "sent": tried.result.sent}


@command(app, "bounced", Audience.LOOK, "列出退过信的联系方式。", "notices bounced")
def bounced_(call: Call) -> Answer:
    """List contacts that cannot be reached."""
    with at_desk(call) as desk:
        found = bounced(desk.engine)
        names = desk.directory
    rows = (
        (
            names.name(one.unit),
            CONTACT_ROLE_ZH[one.role],
            one.channel,
            one.address,
            moment(one.bounced_at),
            one.bounce_reason,
        )
        for one in found
    )
    headers = ("单位", "角色", "方式", "地址", "起于", "原因")
    shown = [table("", headers, rows)] if found else ["没有退过信的联系方式。"]
    return Answer([asdict(one) | {"bounced_at": iso(one.bounced_at)} for one in found], shown)


@command(
    app,
    "bounce",
    Audience.RUN,
    "登记一个地址退信：此后给它的信件搁置，直到更正地址或试发成功。",
    "notices bounce zhang@example.com --reason 退信：用户不存在",
)
def bounce(call: Call, address: Where, reason: Why) -> Answer:
    """Mark an address whose bounce came back later, by mail."""
    if not reason.strip():
        raise Misuse("请写明退信的原因：--reason。")
    with at_desk(call) as desk:
        marked = mark_address(desk.engine, address.strip(), " ".join(reason.split()), desk.now)
    if not marked:
        raise Refused(f"没有单位登记过地址“{address}”，请用 unit show 核对。")
    sentence = f"已登记 {address} 退信，涉及 {marked} 个联系方式；给它的信件将搁置。"
    return Answer({"address": address, "contacts": marked}, [sentence])


@command(
    app, "receivers", Audience.LOOK, "列出连续发送失败的接收方和暂停到何时。", "notices receivers"
)
def receivers_(call: Call) -> Answer:
    """List receivers that were away."""
    with at_desk(call) as desk:
        found, now = receivers(desk.engine), desk.now
    document = [
        {
            "route": one.route,
            "state": _state(one, now),
            "failures": one.failures,
            "since": iso(one.since),
            "until": iso(one.open_until),
            "last_error": one.last_error,
        }
        for one in found
    ]
    rows = (
        (
            one.route,
            _STATE_ZH[_state(one, now)],
            moment(one.since),
            moment(one.open_until) if one.open_until else "",
            one.last_error,
        )
        for one in found
    )
    headers = ("接收方", "状态", "失败起于", "暂停到", "最近的错误")
    return Answer(document, [table("", headers, rows)] if found else ["所有接收方都正常。"])


_STATE_ZH = {"failing": "失败，仍在重试", "open": "暂停发送", "probing": "待试探"}


def _state(receiver: Receiver, now: datetime) -> str:
    if receiver.open_until is None:
        return "failing"
    return "open" if receiver.open_until > now else "probing"
