"""Accounts made, disabled and given another password by whoever runs the system."""

import re
from dataclasses import dataclass

from domain.errors import Misuse, Refused
from models.accounts import add_account, disable_account, set_password
from tasks.accounts.passwords import checked, hashed, made
from tasks.accounts.roles import Post, fits
from tasks.desk import Desk
from tasks.ordering.order import choice

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_LONGEST_NAME = 30


@dataclass(frozen=True)
class NewPerson:
    """Who an account is for; ``role`` and ``unit`` as they are typed, by code or name."""

    name: str
    role: str
    unit: str


def new_account(desk: Desk, login: str, person: NewPerson, password: str = "") -> str:
    """Make an account for a person of a unit; gives the password, made unless one is given."""
    post, code = choice(Post, person.role, "岗位"), desk.directory.unit(person.unit)
    if not _LOGIN.fullmatch(login):
        raise Misuse(
            f"账号“{login}”不合要求，请用 2 到 40 个小写字母、数字、点、横线，以字母或数字开头。"
        )
    name = person.name.strip()
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise Misuse(f"请写明姓名（一行，至多 {_LONGEST_NAME} 字）。")
    if not fits(post, code):
        raise Misuse(f"{desk.directory.name(code)}没有“{post.zh}”这一岗位，请核对岗位和单位。")
    secret = checked(password, login) if password else made()
    row = {"login": login, "name": name, "role": post.value, "unit": code}
    if not add_account(desk.engine, {**row, "password": hashed(secret)}, desk.recorded_at):
        raise Refused(f"账号 {login} 已经有了，请换一个，或用 account password 更换口令。")
    return secret


def disable(desk: Desk, login: str) -> None:
    """End an account: whoever is in by it is out at once."""
    if not disable_account(desk.engine, login, desk.recorded_at):
        raise _unknown(login)


def new_password(desk: Desk, login: str, password: str = "") -> str:
    """Give an account another password, made unless one is given; its sessions end."""
    secret = checked(password, login) if password else made()
    if not set_password(desk.engine, login, hashed(secret), desk.recorded_at):
        raise _unknown(login)
    return secret


def _unknown(login: str) -> Refused:
    return Refused(f"没有在用的账号 {login}，请用 ./rectify account list 查看。")
