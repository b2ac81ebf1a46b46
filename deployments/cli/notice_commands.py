"""What could not be sent: looked at, and sent again; and how delivery stands."""

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from deployments.cli import holding_commands, reaching_commands
from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience
from deployments.cli.register import command, group
from deployments.cli.saying import iso, table
from deployments.cli.terms import TEMPLATE_ZH
from domain.wording import moment
from models.outbox_parked import Parked, ParkedNotice, parked, parked_notices, send_again

notices = group("通知：查看发不出去的，改正联系方式后重发；试发、退信；暂停和恢复发送。")
for part in (reaching_commands.app, holding_commands.app):
    notices.add_typer(part)

Wanted = Annotated[
    str, typer.Argument(metavar="编号", help="信件编号，或通知的序号，见 notices parked。")
]


@command(notices, "parked", Audience.LOOK, "列出搁置的信件、通知和原因。", "notices parked")
def parked_(call: Call) -> Answer:
    """List what waits for an operator."""
    with at_desk(call) as desk:
        document = [*_messages(parked(desk.engine)), *_notices(parked_notices(desk.engine))]
    rows = (
        (
            row["id"],
            moment(row["created_at"]),
            row["recipient"],
            row["channel"],
            row["subject"],
            row["reason"],
        )
        for row in document
    )
    headers = ("编号", "时间", "收件人", "方式", "标题", "原因")
    shown = [table("", headers, rows)] if document else ["没有搁置的信件和通知。"]
    return Answer([row | {"created_at": iso(row["created_at"])} for row in document], shown)


def _messages(found: Iterable[Parked]) -> Iterable[dict[str, Any]]:
    return (
        {
            "kind": "message",
            "id": str(one.id),
            "recipient": one.recipient,
            "channel": one.channel,
            "subject": one.subject,
            "attempts": one.attempts,
            "reason": one.reason,
            "created_at": one.created_at,
            "notices": one.notices,
        }
        for one in found
    )


def _notices(found: Iterable[ParkedNotice]) -> Iterable[dict[str, Any]]:
    return (
        {
            "kind": "notice",
            "id": str(one.id),
            "recipient": one.recipient,
            "channel": one.channel,
            "subject": f"{TEMPLATE_ZH.get(one.template, one.template)} {one.no}",
            "attempts": 0,
            "reason": one.reason,
            "created_at": one.owed_at,
            "notices": 1,
        }
        for one in found
    )


@command(
    notices,
    "send-again",
    Audience.RUN,
    "重发一封搁置的信件，发往现在登记的地址；或者重发一份套不进模板的通知。",
    "notices send-again 0b6f7c1e-6c0e-4b5e-9a59-3d1f5e1f2a3b",
    "notices send-again 128",
)
def again(call: Call, wanted: Wanted) -> Answer:
    """Put what is parked back among what is to be sent."""
    with at_desk(call) as desk:
        send_again(desk.engine, wanted)
    return Answer({"id": wanted, "status": "pending"}, [f"{wanted} 将在下一次发送时重发。"])
