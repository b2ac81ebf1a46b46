"""Keys for those who push problems in and read their standing over Open311."""

from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, read
from deployments.cli.register import command, group
from deployments.cli.saying import iso, table
from deployments.cli.values import whole
from domain.wording import moment
from models.open311_keys import keys
from tasks.open311.keys import PER_MINUTE, end_key, new_key

key = group("Open311 接口密钥：发放、查看、停用。")

Channel = Annotated[str, typer.Argument(metavar="渠道", help="渠道代码，见 channel list。")]
Number = Annotated[
    int, typer.Argument(metavar="序号", parser=read(whole), help="密钥的序号，见 key list。")
]
PerMinute = Annotated[
    int, typer.Option(metavar="次数", parser=read(whole), help="每分钟最多几次请求。")
]


@command(
    key,
    "new",
    Audience.RUN,
    "为一个渠道发放密钥；密钥只显示这一次。用 --name 写明发给谁。",
    "key new 12345 --name 热线平台",
    "key new media --name 日报小程序 --per-minute 300",
)
def new(call: Call, channel: Channel, per_minute: PerMinute = PER_MINUTE) -> Answer:
    """Give out a key."""
    with at_desk(call) as desk:
        key_id, secret = new_key(desk, channel, call.name.strip(), per_minute)
        name = desk.directory.channels[channel]
    document = {"id": key_id, "channel": channel, "name": call.name.strip(), "key": secret}
    shown = [
        f"已为渠道“{name}”发放密钥（序号 {key_id}），只显示这一次，请妥善转交：",
        secret,
    ]
    return Answer(document, shown)


@command(key, "list", Audience.LOOK, "列出发放过的密钥和最近使用的时间。", "key list")
def listed(call: Call) -> Answer:
    """List keys, never what opens anything."""
    with at_desk(call) as desk:
        found = keys(desk.engine)
    instants = ("created_at", "last_used_at", "revoked_at")
    document = [row | {name: iso(row[name]) for name in instants} for row in found]
    rows = (
        (
            row["id"],
            row["channel"],
            row["name"],
            row["per_minute"],
            *(row[name] and moment(row[name]) for name in instants),
        )
        for row in found
    )
    headers = ("序号", "渠道", "发给", "每分钟", "发放", "最近使用", "停用")
    return Answer(document, [table("", headers, rows)] if found else ["还没有发放过密钥。"])


@command(key, "revoke", Audience.RUN, "停用一把密钥，立即生效，不能恢复。", "key revoke 3")
def revoke(call: Call, number: Number) -> Answer:
    """Revoke a key."""
    with at_desk(call) as desk:
        end_key(desk, number)
    return Answer({"id": number, "revoked": True}, [f"密钥 {number} 已停用。"])
