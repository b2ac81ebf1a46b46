"""Inspections: why a case is looked at again, and who looks: never who had it in hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.codes import Term
from domain.drawing import place


class Cause(Term):
    """Why a case is looked at again."""

    LOOKBACK = "lookback", "回头看"
    SAMPLE = "sample", "回头看抽签"
    REPORT = "report", "新来件疑似反弹"
    CALLBACK = "callback", "同类事项回访不满意"
    RELAPSE_RATE = "relapse_rate", "单位反弹率偏高"
    OFFICE = "office", "办公室安排"


class Outcome(Term):
    """What became of an inspection; ``lapsed`` where the case was reopened for another reason."""

    OPEN = "open", "待复查"
    PASSED = "passed", "合格"
    FAILED = "failed", "不合格"
    LAPSED = "lapsed", "已失效"


@dataclass(frozen=True)
class Inspector:
    """Who inspects, for which unit, and what.

    ``environments`` and ``units`` (lead units, such as districts) say what the person looks at,
    all of it where empty. ``conflicts`` are units that the person has an interest in.
    """

    code: str
    name: str
    unit: str
    environments: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assignment:
    """An inspection that wants an inspector.

    ``units`` are all that ever had the case in hand, ``persons`` the officers that acted for units
    in it, by the names they gave.
    """

    number: int
    no: str
    lead_unit: str
    environment: str
    units: frozenset[str]
    persons: frozenset[str] = frozenset()


def may_inspect(one: Inspector, task: Assignment) -> bool:
    """Whether the person may look at the case: competent, not of its units, without an interest.

    Nobody verifies what they handled (design: states).
    """
    competent = (not one.environments or task.environment in one.environments) and (
        not one.units or task.lead_unit in one.units
    )
    involved = one.unit in task.units or one.name in task.persons
    return competent and not involved and task.units.isdisjoint(one.conflicts)


def assign(
    tasks: Iterable[Assignment], inspectors: Iterable[Inspector], load: Mapping[str, int], seed: str
) -> dict[int, str]:
    """Give each inspection the inspector with the fewest open ones, by their number.

    ``load`` counts what each has open before. Ties go by an order that ``seed`` and the case fix.
    An inspection that nobody may do is left out.
    """
    known, open_now = list(inspectors), dict(load)
    chosen: dict[int, str] = {}
    for task in sorted(tasks, key=lambda task: task.number):
        able = [one.code for one in known if may_inspect(one, task)]
        if able:
            code = min(able, key=lambda code: (open_now.get(code, 0), _tie(seed, task, code)))
            open_now[code] = open_now.get(code, 0) + 1
            chosen[task.number] = code
    return chosen


def _tie(seed: str, task: Assignment, code: str) -> str:
    return place(seed, f"{task.no} {task.number} {code}")
