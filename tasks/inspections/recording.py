"""The finding of an inspection, recorded on the re-check that it is about."""

from domain.errors import Refused
from domain.inspecting import Outcome
from models.inspections import inspection
from tasks.carrying import Carried, carry_out
from tasks.desk import Desk
from tasks.ordering.by_office import recheck


def record(desk: Desk, number: int, *, passed: bool, finding: str, actor: str = "") -> Carried:
    """Record a finding: pass, or reopen the case as a relapse with the reason.

    The same finding again changes nothing; one about an inspection that is over is refused.
    """
    one = inspection(desk.engine, number)
    said = Outcome.PASSED if passed else Outcome.FAILED
    if one.outcome is said:
        return Carried(no=one.no, repeated=True)
    if one.outcome is not Outcome.OPEN:
        raise Refused(f"第 {number} 号复查任务{one.outcome.zh}，不能再登记结论。")
    return carry_out(
        desk,
        recheck(
            desk,
            one.no,
            passed=passed,
            finding=finding,
            by=one.inspector_unit,
            actor=actor or one.inspector_name,
            slot=one.slot,
        ),
    )
