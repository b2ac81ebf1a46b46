"""Whether a unit may be let see, and may see, the reporter of a case (design: confidentiality).

Nobody on the responsible side may unless the office granted it, for a time, with the reporter's
consent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from domain.codes import State
from domain.errors import Refused

_NEVER = frozenset({State.DETECTED, State.REJECTED, State.REFERRED})
"""No unit has the case in hand, or the matter is about persons of one (移送)."""


class Bar(Enum):
    """What stands in the way of a unit, as the end of a sentence."""

    STATE = "案件待受理、不予受理或已移送，不向任何单位披露反映人"
    UNIT = "该单位不是主办或协办单位，不能向其披露反映人"
    NOBODY = "没有可联系的反映人"
    NONE = "办公室没有同意向该单位披露反映人，或者披露期限已过、已撤回"


@dataclass(frozen=True)
class Grant:
    """A disclosure to a unit from ``granted_at`` until ``until`` (aware), or its revocation."""

    unit: str
    granted_at: datetime
    until: datetime
    revoked_at: datetime | None = None

    def holds(self, unit: str, at: datetime) -> bool:
        """Whether it lets this unit see the reporter at ``at``."""
        if self.unit != unit or not self.granted_at <= at < self.until:
            return False
        return self.revoked_at is None or at < self.revoked_at


@dataclass(frozen=True)
class Subject:
    """What counts of a case; ``units`` handle it, or its lead case where it follows one."""

    no: str
    state: State
    units: tuple[str, ...]
    reachable: bool


def bar_to_granting(subject: Subject, unit: str) -> Bar | None:
    """Say what forbids letting ``unit`` see the reporter, if anything does."""
    if subject.state in _NEVER:
        return Bar.STATE
    if unit not in subject.units:
        return Bar.UNIT
    return None if subject.reachable else Bar.NOBODY


def bar_to_reading(
    subject: Subject, unit: str, grants: Iterable[Grant], at: datetime
) -> Bar | None:
    """Say what forbids ``unit`` to see the reporter at ``at``, if anything does."""
    found = bar_to_granting(subject, unit)
    if found is None and not any(grant.holds(unit, at) for grant in grants):
        return Bar.NONE
    return found


def require(subject: Subject, bar: Bar | None) -> None:
    """Refuse what is barred, in a sentence that names the case."""
    if bar is not None:
        raise Refused(f"案件 {subject.no}：{bar.value}。")
