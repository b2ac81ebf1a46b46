"""The keys that seal identities: rotated, listed, retired."""

from typing import Annotated

import typer
from rich.console import RenderableType

from deployments.cli.call import Answer, Call, at_server
from deployments.cli.options import Audience
from deployments.cli.progress import progress
from deployments.cli.register import command
from deployments.cli.saying import table
from tasks.key_rotation import KeyUse, Rotation, keys_in_file, retire_key, rotate, waiting

app = typer.Typer()

OnlyReseal = Annotated[
    bool, typer.Option("--only-reseal", help="不造新密钥，只把旧密钥加密的改用现用密钥。")
]
KeyId = Annotated[str, typer.Argument(metavar="密钥", help="密钥编号，见 identity keys。")]


@command(
    app,
    "rotate",
    Audience.RUN,
    "轮换密钥：造一把新的，并把所有数据库里的反映人身份改用它加密；中断后再次运行会接着做。",
    "identity rotate --actor 王科",
    "identity rotate --only-reseal --actor 王科",
)
def rotate_(call: Call, only_reseal: OnlyReseal = False) -> Answer:
    """Make a new key and seal everything under it."""
    new = not only_reseal
    with (
        at_server(call.settings),
        progress("重新加密", waiting(call.settings, new=new)) as advance,
    ):
        done = rotate(call.settings, call.as_of or call.now, call.actor, advance, new=new)
    return Answer(vars(done), list(_told(done)), code=1 if done.broken else 0)


@command(
    app, "keys", Audience.LOOK, "列出密钥：何时所造，各数据库有多少件用它加密。", "identity keys"
)
def keys(call: Call) -> Answer:
    """List the keys of the state folder."""
    with at_server(call.settings):
        listed, uncounted = keys_in_file(call.settings)
    document = {"keys": [vars(one) for one in listed], "uncounted": uncounted}
    shown: list[RenderableType] = [
        table("", ("密钥", "状态", "造于", "用它加密的"), map(_line, listed))
    ]
    if uncounted:
        shown.append(f"数据库 {'、'.join(uncounted)} 的结构较旧，未能统计。")
    return Answer(document, shown)


@command(
    app,
    "retire",
    Audience.RUN,
    "停用一把不再使用的旧密钥：从密钥文件中删去；还有用它加密的就不停用。",
    "identity retire 0a1b2c3d",
)
def retire(call: Call, old: KeyId) -> Answer:
    """Take an unused key out of the file."""
    with at_server(call.settings):
        retire_key(call.settings, old)
    told = (
        f"密钥 {old} 已停用。此前的数据库备份仍要用它打开，请把旧的密钥文件与备份一起保管，"
        "并在备份到期时一并销毁。"
    )
    return Answer({"key": old, "retired": True}, [told])


def _told(done: Rotation) -> list[str]:
    made = (
        f"已造新密钥 {done.key} 并启用。" if done.made else f"现用密钥为 {done.key}，没有造新的。"
    )
    count = "、".join(f"{name} {number} 件" for name, number in done.resealed.items()) or "0 件"
    lines = [made, f"改用它加密：{count}。请尽快备份 keys/identity.json。"]
    if done.broken:
        lines.append(f"{len(done.broken)} 件打不开，仍为旧密钥：{'、'.join(done.broken[:20])}。")
    if done.left:
        lines.append(
            f"数据库 {'、'.join(done.left)} 的结构较旧，未处理；升级后请运行 "
            "./rectify identity rotate --only-reseal。"
        )
    return lines


def _line(one: KeyUse) -> tuple[str, str, str, str]:
    used = "、".join(f"{name} {count} 件" for name, count in one.reporters.items() if count)
    return one.id, "现用" if one.current else "旧", one.made or "（首把）", used or "0 件"
