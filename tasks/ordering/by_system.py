"""What the system itself does when a case's time has come."""

from domain.case import SYSTEM
from domain.codes import State
from domain.commands import Archive, EndNotice, Resume
from tasks.desk import Desk
from tasks.ordering.order import Order

_WAKING = {State.IN_NOTICE: EndNotice, State.SHELVED: Resume, State.CLOSED: Archive}


def wake(desk: Desk, no: str, state: str) -> Order:
    """End the public notice, resume the shelved case, or archive the closed one."""
    command = _WAKING[State(state)]
    return Order(no, command.name, lambda _: command(at=desk.now, by=SYSTEM))
