"""The channels that problems come in by: looked at and edited."""

from typing import Annotated, Any

import typer

from deployments.cli import channel_form_commands
from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.channel_page import channel_document, channel_page
from deployments.cli.options import Audience, asked
from deployments.cli.register import command, group
from deployments.cli.saying import table
from deployments.cli.terms import LAYER_ZH
from deployments.cli.values import YesNo, coded, parted
from domain.codes import Kind, Urgency
from domain.errors import Misuse
from models.channels import all_channels, read_channel
from tasks.channels import ATTRIBUTE_ZH, change, read_extra_fields, read_users, users_in_words

channel = group("问题来源渠道：查看和修改，对应列名，制作填报模板。")
channel.add_typer(channel_form_commands.app)

Code = Annotated[str, typer.Argument(metavar="渠道", help="渠道代码，见 channel list。")]
Title = Annotated[str, typer.Option(metavar="文字", help="渠道名称。")]
KindWord = Annotated[str, typer.Option("--kind", metavar="类别", help="默认事项类别。")]
UrgencyWord = Annotated[str, typer.Option("--urgency", metavar="程度", help="默认紧急程度。")]
Expects = Annotated[YesNo | None, asked("通常有反映人。")]
Users = Annotated[
    list[str] | None,
    typer.Option(
        metavar="对象",
        help="可自行来件的对象，代替原来的：成员单位、市直部门、机关、区市、功能区、外部系统，"
        "或单位名称；office 表示仅办公室。",
    ),
]
Extra = Annotated[
    list[str] | None,
    typer.Option("--extra", metavar="字段", help="本渠道自有的列，代替原来的；none 表示没有。"),
]


@command(channel, "list", Audience.LOOK, "列出问题来源渠道和代码。", "channel list")
def channel_list(call: Call) -> Answer:
    """List channels."""
    with at_desk(call) as desk:
        found = all_channels(desk.engine)
        rows = [
            (
                one.code,
                one.name,
                LAYER_ZH[one.layer],
                Kind(one.default_kind).zh,
                Urgency(one.default_urgency).zh,
                "有" if one.expects_reporter else "",
                "、".join(users_in_words(desk, one.users)),
            )
            for one in found
        ]
    headers = ("代码", "名称", "层面", "默认类别", "默认紧急程度", "反映人", "可来件的对象")
    return Answer([vars(one) for one in found], [table("", headers, rows)])


@command(
    channel,
    "show",
    Audience.LOOK,
    "查看一个渠道：默认类别和时限、可来件的对象、列名对应、修改记录。",
    "channel show self_check",
)
def channel_show(call: Call, code: Code) -> Answer:
    """Show one channel."""
    with at_desk(call) as desk:
        found = read_channel(desk.engine, code)
        return Answer(channel_document(desk, found), channel_page(desk, found))


@command(
    channel,
    "set",
    Audience.OFFICE,
    "修改一个渠道，修改前后都留有记录；各项时限在规则的 [channels.代码] 中写，见 policy apply。",
    "channel set parlour --urgency 紧急 --actor 王科",
    "channel set media --users 外部系统,市直部门 --expects-reporter no",
)
def channel_set(
    call: Call,
    code: Code,
    title: Title = "",
    kind: KindWord = "",
    urgency: UrgencyWord = "",
    expects_reporter: Expects = None,
    users: Users = None,
    extra: Extra = None,
) -> Answer:
    """Edit one channel."""
    wanted: dict[str, Any] = {}
    if title:
        wanted["name"] = _title(title)
    if kind:
        wanted["default_kind"] = str(coded(Kind, [kind], "类别")[0])
    if urgency:
        wanted["default_urgency"] = str(coded(Urgency, [urgency], "紧急程度")[0])
    if expects_reporter is not None:
        wanted["expects_reporter"] = bool(expects_reporter)
    if extra is not None:
        wanted["extra_fields"] = read_extra_fields(parted(extra))
    with at_desk(call) as desk:
        if users is not None:
            wanted["users"] = read_users(desk, parted(users))
        if not wanted:
            raise Misuse("请写明要改什么，如 --title、--kind、--users。")
        changed = change(desk, code, wanted, call.actor)
        found = read_channel(desk.engine, code)
        said = "、".join(ATTRIBUTE_ZH[name] for name in changed)
        sentence = f"渠道 {code} 已修改：{said}。" if changed else f"渠道 {code} 没有变化。"
        told = channel_document(desk, found) | {"changed": changed}
        return Answer(told, [sentence, *channel_page(desk, found)])


def _title(text: str) -> str:
    title = text.strip()
    if not 0 < len(title) <= _LONGEST_TITLE or not title.isprintable():
        raise Misuse(f"渠道名称应是一行、至多 {_LONGEST_TITLE} 字，请改正 --title。")
    return title


_LONGEST_TITLE = 40
