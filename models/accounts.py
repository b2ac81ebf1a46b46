"""Accounts of people who sign in to the portal: made, found, disabled, given another password."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from models.engine import transaction

_COLUMNS = """
id, login, name, role, unit, password, created_at, password_set_at, disabled_at, totp_serial
"""
_NEW = """
insert into account (login, name, role, unit, password, created_at, password_set_at)
values (%(login)s, %(name)s, %(role)s, %(unit)s, %(password)s, %(at)s, %(at)s)
on conflict (login) do nothing returning id
"""
_FIND = f"select {_COLUMNS} from account where login = %(login)s"
_LIST = f"select {_COLUMNS} from account order by disabled_at is not null, unit, login"
_DISABLE = """
update account set disabled_at = %(at)s where login = %(login)s and disabled_at is null
returning id
"""
_RENEW = """
update account set password = %(password)s, password_set_at = %(at)s
where login = %(login)s and disabled_at is null returning id
"""
_NEXT_SERIAL = """
update account set totp_serial = abs(totp_serial) + 1, totp_step = 0
where login = %(login)s and disabled_at is null returning totp_serial
"""
_NO_SERIAL = """
update account set totp_serial = -abs(totp_serial) where login = %(login)s and disabled_at is null
"""
_USE_STEP = "update account set totp_step = %(step)s where id = %(id)s and totp_step < %(step)s"
_END = "delete from portal_session where account_id = %(id)s"


@dataclass(frozen=True)
class Person:
    """An account; ``role`` is a code of ``tasks.accounts.roles``, ``password`` a hash."""

    id: int
    login: str
    name: str
    role: str
    unit: str
    password: str
    created_at: datetime
    password_set_at: datetime
    disabled_at: datetime | None
    totp_serial: int


def add_account(engine: Engine, row: dict[str, str], at: datetime) -> bool:
    """Keep a new account (its columns but the instants); false when its login is taken."""
    with transaction(engine) as connection:
        made = connection.exec_driver_sql(_NEW, {**row, "at": at})
        return made.scalar_one_or_none() is not None


def find_account(engine: Engine, login: str) -> Person | None:
    """Find an account by its login, a disabled one too."""
    with transaction(engine) as connection:
        row = connection.exec_driver_sql(_FIND, {"login": login}).one_or_none()
    return Person(*row) if row else None


def accounts(engine: Engine) -> list[Person]:
    """List all accounts, the disabled ones last."""
    with transaction(engine) as connection:
        return [Person(*row) for row in connection.exec_driver_sql(_LIST)]


def disable_account(engine: Engine, login: str, at: datetime) -> bool:
    """End an account and its sessions; false when none in use has this login."""
    with transaction(engine) as connection:
        return _changed(connection, _DISABLE, {"login": login, "at": at})


def set_password(engine: Engine, login: str, password: str, at: datetime) -> bool:
    """Give an account another password hash and end its sessions; false when there is none."""
    arguments = {"login": login, "password": password, "at": at}
    with transaction(engine) as connection:
        return _changed(connection, _RENEW, arguments)


def next_serial(engine: Engine, login: str) -> int | None:
    """Give an account another second factor: its serial number, ``None`` without such account."""
    with transaction(engine) as connection:
        return connection.exec_driver_sql(_NEXT_SERIAL, {"login": login}).scalar_one_or_none()


def no_serial(engine: Engine, login: str) -> bool:
    """Take an account's second factor away; false when none in use has this login."""
    with transaction(engine) as connection:
        return connection.exec_driver_sql(_NO_SERIAL, {"login": login}).rowcount == 1


def use_step(engine: Engine, account_id: int, step: int) -> bool:
    """Use a step of the second factor up; false when it, or a later one, was used before."""
    with transaction(engine) as connection:
        used = connection.exec_driver_sql(_USE_STEP, {"id": account_id, "step": step})
        return used.rowcount == 1


def _changed(connection: Connection, statement: str, arguments: dict[str, Any]) -> bool:
    changed = connection.exec_driver_sql(statement, arguments).scalar_one_or_none()
    if changed is None:
        return False
    connection.exec_driver_sql(_END, {"id": changed})
    return True
