"""What the system itself does: when a case's time has come, or the rules settle its dispatch."""

from domain.case import SYSTEM
from domain.codes import State
from domain.commands import Archive, Dispatch, EndNotice, Resume
from domain.triaging import Proposal
from tasks.desk import Desk
from tasks.ordering.order import Order

_WAKING = {State.IN_NOTICE: EndNotice, State.SHELVED: Resume, State.CLOSED: Archive}


def wake(desk: Desk, no: str, state: str) -> Order:
    """End the public notice, resume the shelved case, or archive the closed one."""
    command = _WAKING[State(state)]
    return Order(no, command.name, lambda _: command(at=desk.now, by=SYSTEM))


def settle(desk: Desk, no: str, proposal: Proposal) -> Order:
    """交办 as the dispatch rules propose."""
    command = Dispatch(
        at=desk.now,
        by=SYSTEM,
        unit=proposal.unit,
        verifying_unit=proposal.verifying,
        environment=proposal.environment,
        rule_set=proposal.version,
    )
    return Order(no, "dispatch", lambda _: command, {"unit": proposal.unit, "by": "rules"})
