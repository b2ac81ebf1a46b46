"""Messages that could not be sent: looked at, and sent again."""

from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience
from deployments.cli.register import command, group
from deployments.cli.saying import iso, table
from domain.wording import moment
from tasks.delivery.delivering import parked, send_again

notices = group("通知：查看发不出去的，改正联系方式后重发。")

Message = Annotated[str, typer.Argument(metavar="信件", help="信件编号，见 notices parked。")]


@command(notices, "parked", Audience.LOOK, "列出搁置的信件和原因。", "notices parked")
def parked_(call: Call) -> Answer:
    """List what waits for an operator."""
    with at_desk(call) as desk:
        found = parked(desk.engine)
    document = [
        {
            "id": str(one.id),
            "recipient": one.recipient,
            "channel": one.channel,
            "subject": one.subject,
            "attempts": one.attempts,
            "reason": one.reason,
            "created_at": iso(one.created_at),
            "notices": one.notices,
        }
        for one in found
    ]
    rows = (
        (one.id, moment(one.created_at), one.recipient, one.channel, one.subject, one.reason)
        for one in found
    )
    headers = ("信件", "时间", "收件人", "方式", "标题", "原因")
    return Answer(document, [table("", headers, rows)] if found else ["没有搁置的信件。"])


@command(
    notices,
    "send-again",
    Audience.RUN,
    "重发一封搁置的信件，发往现在登记的地址。",
    "notices send-again 0b6f7c1e-6c0e-4b5e-9a59-3d1f5e1f2a3b",
)
def again(call: Call, message: Message) -> Answer:
    """Put a parked message back among those to send."""
    with at_desk(call) as desk:
        send_again(desk.engine, message)
    return Answer({"id": message, "status": "pending"}, [f"信件 {message} 将在下一次发送时重发。"])
