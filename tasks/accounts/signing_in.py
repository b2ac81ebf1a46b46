"""Signing in: attempts counted, the password compared, a session opened under a fresh token."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from math import ceil

from domain.errors import Refused
from models.accounts import find_account
from models.sessions import Session
from models.throttling import Bucket, give_back, spend
from tasks.accounts.passwords import matches, nobodys
from tasks.accounts.second_factor import passes
from tasks.accounts.sessions import begin
from tasks.desk import Desk

OF_ACCOUNT = (5, 20)
"""Failures of one account: at once, and per hour after that."""
OF_ADDRESS = (30, 120)
"""Failures from one address, which a whole unit may share."""


class WrongCredentials(Refused):
    """Account, password and second factor do not belong together, whichever of them is wrong."""

    def __init__(self) -> None:
        super().__init__("账号、口令或动态码不对，请核对后重试；忘记口令请联系专项行动办公室。")


class TooManyAttempts(Refused):
    """Somebody failed too often; ``wait`` is the seconds until the next attempt."""

    def __init__(self, wait: int) -> None:
        minutes = ceil(wait / 60)
        super().__init__(f"登录失败次数过多，请在 {minutes} 分钟后再试。")
        self.wait = wait


@dataclass(frozen=True)
class Shown:
    """What somebody shows to get in; ``digits`` are those of the second factor, if any."""

    login: str
    password: str
    digits: str = ""


def sign_in(desk: Desk, shown: Shown, address: str) -> str:
    """Let a person in who came from ``address``; gives the token of the new session.

    A wrong login takes as long, and counts as much, as a wrong password.
    """
    login = shown.login.strip().lower()
    buckets = _buckets(login, address)
    if wait := spend(desk.engine, buckets, desk.now):
        raise TooManyAttempts(ceil(wait))
    person = find_account(desk.engine, login)
    right = matches(person.password if person else _nobodys(), shown.password)
    if person is None or not right or person.disabled_at is not None:
        raise WrongCredentials
    if not passes(desk, person, shown.digits.strip()):
        raise WrongCredentials
    give_back(desk.engine, buckets)
    return begin(desk, Session(person.id, person.unit, person.role, person.name))


def _buckets(login: str, address: str) -> tuple[Bucket, Bucket]:
    return (
        Bucket("account", sha256(login.encode()).digest(), *OF_ACCOUNT),
        Bucket("address", sha256(address.encode()).digest(), *OF_ADDRESS),
    )


@cache
def _nobodys() -> str:
    return nobodys()
