"""Accounts of the people who sign in to the portal, and the links that notices let them in by."""

import sys
from getpass import getpass
from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience
from deployments.cli.register import command, group
from deployments.cli.saying import AsWritten, iso, table
from domain.wording import moment
from models.accounts import accounts
from tasks.accounts.keeping import NewPerson, disable, new_account, new_password
from tasks.accounts.roles import Post
from tasks.accounts.second_factor import turn_off, turn_on
from tasks.portal.links import revoke

account = group("门户账号：建立、查看、停用、更换口令；作废通知里的链接。")

Login = Annotated[str, typer.Argument(metavar="账号", help="登录用的账号，小写字母和数字。")]
Role = Annotated[
    str,
    typer.Option(
        metavar="岗位",
        help="officer 单位经办人、leader 单位负责人、operator 办公室经办人、head 办公室负责人、"
        "inspector 复查人员、auditor 审计人员。",
    ),
]
Unit = Annotated[str, typer.Option(metavar="单位", help="所在单位的代码、名称或别名。")]
Typed = Annotated[bool, typer.Option("--typed", help="自己输入口令；不写则自动生成，只显示一次。")]
Off = Annotated[bool, typer.Option("--off", help="不再要求动态码。")]
OfUnit = Annotated[str, typer.Argument(metavar="单位", help="单位代码、名称或别名。")]


@command(
    account,
    "add",
    Audience.RUN,
    "为一个人建立账号，用 --name 写明姓名；口令自动生成，只显示这一次。",
    "account add liming --name 李明 --role officer --unit shuiwu",
)
def add(call: Call, login: Login, role: Role, unit: Unit, typed: Typed = False) -> Answer:
    """Make an account."""
    with at_desk(call) as desk:
        chosen = _ask(typed=typed)
        secret = new_account(desk, login, NewPerson(call.name, role, unit), chosen)
    return _told(login, secret, chosen, f"已为{call.name.strip()}建立账号 {login}")


@command(account, "list", Audience.LOOK, "列出账号、岗位和单位，停用的在最后。", "account list")
def listed(call: Call) -> Answer:
    """List accounts, never what signs in."""
    with at_desk(call) as desk:
        found = accounts(desk.engine)
        names = [desk.directory.name(person.unit) for person in found]
    document = [
        {
            "login": person.login,
            "name": person.name,
            "role": person.role,
            "unit": person.unit,
            "totp": person.totp_serial > 0,
            "created_at": iso(person.created_at),
            "password_set_at": iso(person.password_set_at),
            "disabled_at": iso(person.disabled_at),
        }
        for person in found
    ]
    rows = (
        (
            person.login,
            person.name,
            Post(person.role).zh,
            unit,
            "是" if person.totp_serial > 0 else "",
            moment(person.password_set_at),
            person.disabled_at and moment(person.disabled_at),
        )
        for person, unit in zip(found, names, strict=True)
    )
    headers = ("账号", "姓名", "岗位", "单位", "动态码", "口令设置", "停用")
    return Answer(document, [table("", headers, rows)] if found else ["还没有账号。"])


@command(
    account,
    "disable",
    Audience.RUN,
    "停用一个账号，立即生效：正在使用的也随即退出。",
    "account disable liming",
)
def disabled(call: Call, login: Login) -> Answer:
    """End an account."""
    with at_desk(call) as desk:
        disable(desk, login)
    return Answer({"login": login, "disabled": True}, [f"账号 {login} 已停用。"])


@command(
    account,
    "password",
    Audience.RUN,
    "更换一个账号的口令：自动生成，只显示这一次；正在使用的须重新登录。",
    "account password liming",
)
def password(call: Call, login: Login, typed: Typed = False) -> Answer:
    """Give an account another password."""
    with at_desk(call) as desk:
        chosen = _ask(typed=typed)
        secret = new_password(desk, login, chosen)
    return _told(login, secret, chosen, f"已更换账号 {login} 的口令")


@command(
    account,
    "totp",
    Audience.RUN,
    "为账号启用动态码：用验证器应用录入显示的地址，只显示这一次；以后登录须填六位动态码。",
    "account totp liming",
    "account totp liming --off",
)
def second_factor(call: Call, login: Login, off: Off = False) -> Answer:
    """Turn a second factor on or off."""
    with at_desk(call) as desk:
        if off:
            turn_off(desk, login)
            return Answer({"login": login, "totp": None}, [f"账号 {login} 不再要求动态码。"])
        address = turn_on(desk, login)
    shown = [f"账号 {login} 已启用动态码，请在验证器应用中录入，只显示这一次：", AsWritten(address)]
    return Answer({"login": login, "totp": address}, shown)


@command(
    account,
    "revoke-links",
    Audience.RUN,
    "作废已经发给一个单位的所有通知链接，凭链接进入的随即退出；以后的通知带新的链接。",
    "account revoke-links shuiwu",
)
def links_revoked(call: Call, unit: OfUnit) -> Answer:
    """Revoke the links of a unit."""
    with at_desk(call) as desk:
        code = revoke(desk, unit)
        name = desk.directory.name(code)
    return Answer({"unit": code, "revoked": True}, [f"{name}此前通知里的链接都已作废。"])


def _ask(*, typed: bool) -> str:
    """Have a password typed, unseen; from a pipe its first line is read."""
    if not typed:
        return ""
    return getpass("口令：") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")


def _told(login: str, secret: str, chosen: str, done: str) -> Answer:
    if chosen:
        return Answer({"login": login}, [f"{done}。"])
    return Answer(
        {"login": login, "password": secret}, [f"{done}，口令只显示这一次，请当面转交：", secret]
    )
