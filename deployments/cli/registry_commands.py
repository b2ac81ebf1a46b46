"""The registry: units with their contacts."""

from collections.abc import Collection
from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, UnitCode
from deployments.cli.rates_page import in_words, rate_document, rate_of
from deployments.cli.register import command, group
from deployments.cli.saying import table
from deployments.cli.terms import UNIT_KIND_ZH
from domain.errors import Misuse, Refused
from domain.wording import moment
from models.units import (
    Address,
    Row,
    contacts,
    remove_contact,
    rename_contact,
    set_contact,
    units,
)
from tasks.delivery.attention import CONTACT_ROLE_ZH
from tasks.desk import Desk

unit = group("责任单位：查看，登记联系方式。")
_WAYS = ("file", "email", "webhook", "wecom", "dingtalk", "feishu")

Role = Annotated[
    str, typer.Option(metavar="角色", help="contact 联络员、deputy 分管、head 主要负责人。")
]
Way = Annotated[
    str, typer.Option(metavar="方式", help="file、email、webhook、wecom、dingtalk、feishu。")
]
To = Annotated[str, typer.Option(metavar="地址", help="邮箱或网址。")]
Remove = Annotated[bool, typer.Option("--remove", help="删去这一联系方式。")]


@command(unit, "list", Audience.LOOK, "列出全部单位和代码。", "unit list")
def unit_list(call: Call) -> Answer:
    """List units."""
    with at_desk(call) as desk:
        rows = units(desk.engine)
    shown = (
        (
            row["code"],
            row["name"],
            UNIT_KIND_ZH[row["kind"]],
            "、".join(row["fields"]),
            "存疑，不能交办" if row["doubtful"] else "",
        )
        for row in rows
    )
    headers = ("代码", "名称", "类型", "重点领域", "备注")
    return Answer(rows, [table("", headers, shown)])


@command(unit, "show", Audience.LOOK, "查看一个单位和它的联系方式。", "unit show shuiwu")
def unit_show(call: Call, code: UnitCode) -> Answer:
    """Show one unit."""
    with at_desk(call) as desk:
        return _shown(desk, _code(desk, code))


@command(
    unit,
    "contact",
    Audience.UNIT,
    "登记单位的联系方式和姓名；通知从此发往新地址。",
    "unit contact shuiwu --role contact --name 张三 --channel email --address zhang@example.com",
    "unit contact shuiwu --role head --name 李四",
)
def unit_contact(
    call: Call,
    code: UnitCode,
    role: Role,
    channel: Way = "",
    address: To = "",
    remove: Remove = False,
) -> Answer:
    """Enter, rename or remove a contact."""
    _known(CONTACT_ROLE_ZH, role, "角色")
    if channel:
        _known(_WAYS, channel, "联系方式")
    with at_desk(call) as desk:
        where = Address(_code(desk, code), role, channel)
        _edit(desk, where, address.strip(), call.name.strip(), remove=remove)
        return _shown(desk, where.unit)


def _edit(desk: Desk, where: Address, address: str, name: str, *, remove: bool) -> None:
    if remove:
        if not where.channel:
            raise Misuse("删去联系方式时请写明是哪一种：--channel。")
        if not remove_contact(desk.engine, where):
            raise Refused(f"单位 {where.unit} 的 {where.role} 没有 {where.channel} 联系方式。")
    elif where.channel:
        if not address or any(character in address for character in "\r\n"):
            raise Misuse("请写明地址：--address（一行，不能为空）。")
        set_contact(desk.engine, where, address, name)
    elif not name:
        raise Misuse("请写明要登记什么：--name 姓名，或 --channel 方式 --address 地址。")
    elif not rename_contact(desk.engine, where.unit, where.role, name):
        raise Refused(
            f"单位 {where.unit} 的 {where.role} 还没有联系方式，请一并写明 --channel 和 --address。"
        )


def _known(known: Collection[str], word: str, what: str) -> None:
    if word not in known:
        raise Misuse(f"{what}“{word}”不认识，请从中选择：{'、'.join(known)}。")


def _code(desk: Desk, wanted: str) -> str:
    """Find a unit for looking at: doubtful ones too."""
    names = desk.directory
    return wanted if wanted in names.names else names.aliases.get(wanted, "") or names.unit(wanted)


def _shown(desk: Desk, code: str) -> Answer:
    row = next(row for row in units(desk.engine) if row["code"] == code)
    reached = contacts(desk.engine, code)
    head = f"{row['name']}（{code}），{UNIT_KIND_ZH[row['kind']]}"
    about = [
        f"别名：{'、'.join(row['aliases'])}" if row["aliases"] else "",
        f"重点领域：{'、'.join(row['fields'])}" if row["fields"] else "",
        row["note"],
    ]
    rows = (
        (
            CONTACT_ROLE_ZH[entry["role"]],
            entry["name"],
            entry["channel"],
            entry["address"],
            _standing(entry),
        )
        for entry in reached
    )
    listing = table("联系方式", ("角色", "姓名", "方式", "地址", "退信"), rows)
    rate = rate_of(desk, code)
    document = {**row, "contacts": reached, "returns": rate_document(rate)}
    return Answer(document, [head, *filter(None, about), in_words(rate), listing])


def _standing(contact: Row) -> str:
    if contact["bounced_at"] is None:
        return ""
    return f"{moment(contact['bounced_at'])} 起：{contact['bounce_reason']}"
