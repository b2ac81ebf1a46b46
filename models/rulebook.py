"""The rules: policies and calendars, read from the database and kept by version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlmodel import col, select

from domain.calendar import WorkCalendar
from domain.clocks import Rules
from domain.errors import Refused
from domain.policy import Policy, read_policy
from models.tables import PolicyRow, RuleSet, Setting

FIRST_CALENDAR = 1
"""The version of the calendar of entries that name none."""
CHANGE_LOCK = 0x5EC7C1A
"""Advisory lock shared by whoever goes by the rules in force, and held alone to change them."""

# In two statements, so that the second sees what was committed while the first waited.
_VERSIONS = f"""
select pg_advisory_xact_lock_shared({CHANGE_LOCK});
select policy_version, calendar_version, rule_set_version from setting
"""
_DAYS = """
select day, kind from calendar_day
where since <= %(version)s and (until is null or until > %(version)s)
"""
_YEARS = "select year from calendar_year where since <= %(version)s"


@dataclass(frozen=True)
class Versions:
    """Which versions are in force now."""

    policy: int
    calendar: int
    rule_set: int


class RuleBook:
    """Gives rules by the versions of policy and calendar; reads each version once."""

    def __init__(self) -> None:
        self._policies: dict[int, Policy] = {}
        self._calendars: dict[int, WorkCalendar] = {}

    def versions(self, connection: Connection) -> Versions:
        """Read which versions are in force; refuses a database that was never seeded.

        They stay in force until the transaction ends: whoever changes them waits for it.
        """
        row = connection.exec_driver_sql(_VERSIONS).one()
        if row.policy_version is None:
            raise Refused("数据库尚未初始化参考数据，请先运行 ./rectify up。")
        return Versions(row.policy_version, row.calendar_version, row.rule_set_version or 0)

    def rules(self, connection: Connection, policy_version: int | None = None) -> Rules:
        """Give the rules of a policy version (by default the one in force), by today's calendar."""
        versions = self.versions(connection)
        return self.rules_of(connection, versions, policy_version or versions.policy)

    def rules_of(self, connection: Connection, versions: Versions, policy_version: int) -> Rules:
        """Give the rules of a policy version where ``versions`` are known to be in force."""
        return self.rules_at(connection, policy_version, versions.calendar)

    def rules_at(self, connection: Connection, policy: int, calendar: int | None) -> Rules:
        """Give the rules that an entry of history was computed under, by the versions it names."""
        return Rules(
            calendar=self.calendar(connection, calendar or FIRST_CALENDAR),
            policy=self.policy(connection, policy),
        )

    def policy(self, connection: Connection, version: int) -> Policy:
        """Give one version of the policy."""
        if version not in self._policies:
            found = connection.execute(
                select(PolicyRow.body).where(PolicyRow.version == version)
            ).scalar_one()
            self._policies[version] = read_policy(found)
        return self._policies[version]

    def calendar(self, connection: Connection, version: int) -> WorkCalendar:
        """Give one version of the calendar, as committed."""
        if version not in self._calendars:
            self._calendars[version] = _read_calendar(connection, version)
        return self._calendars[version]


def _read_calendar(connection: Connection, version: int) -> WorkCalendar:
    days: dict[str, set[date]] = {"rest": set(), "work": set()}
    for row in connection.exec_driver_sql(_DAYS, {"version": version}):
        days[row.kind].add(row.day)
    years = connection.exec_driver_sql(_YEARS, {"version": version}).scalars()
    return WorkCalendar(
        version=version,
        rest=frozenset(days["rest"]),
        work=frozenset(days["work"]),
        published=frozenset(years),
    )


def dispatch_rules(connection: Connection) -> Mapping[str, Any]:
    """Give the body of the dispatch rules in force."""
    body: Mapping[str, Any] = connection.execute(
        select(RuleSet.body).join(Setting, col(Setting.rule_set_version) == col(RuleSet.version))
    ).scalar_one()
    return body


BOOKS: WeakKeyDictionary[Engine, RuleBook] = WeakKeyDictionary()


def book_for(engine: Engine) -> RuleBook:
    """Share one book an engine."""
    return BOOKS.setdefault(engine, RuleBook())
