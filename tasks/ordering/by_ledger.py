"""What an edited ledger orders: labels corrected, units changed. One order a case.

A case that moved on since the export is left alone: the order refuses once it is under lock.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from domain.codes import Environment
from domain.commands import Command, Dispatch, Edit
from domain.refusals import refuse
from models.executing import View
from tasks.desk import Desk
from tasks.ordering.order import Order, office


@dataclass(frozen=True)
class Labels:
    """What a case is called, whom it concerns, which environment; ``None`` keeps."""

    subject: str | None = None
    party: str | None = None
    environment: Environment | None = None


def edit(desk: Desk, no: str, seq: int, labels: Labels, actor: str = "") -> Order:
    """台账更正, of a case whose history still ends at ``seq``."""

    def make(view: View) -> Command:
        _unmoved(view, seq)
        return Edit(at=desk.now, by=office(actor), **vars(labels))

    return Order(no, "edit", make, vars(labels), _key(no, seq, vars(labels)))


@dataclass(frozen=True)
class Units:
    """To whom a case goes, by code; empty keeps."""

    lead: str
    assisting: Sequence[str] = ()
    verifying: str = ""


def redispatch(
    desk: Desk, no: str, seq: int, units: Units, labels: Labels, reason: str, actor: str = ""
) -> Order:
    """交办 or 改派, of a case whose history still ends at ``seq``; its labels are put right too."""

    def make(view: View) -> Command:
        _unmoved(view, seq)
        return Dispatch(
            at=desk.now,
            by=office(actor),
            unit=units.lead,
            assisting=tuple(units.assisting),
            verifying_unit=units.verifying,
            reason=reason,
            **vars(labels),
        )

    words = {**vars(labels), "units": repr(units), "reason": reason}
    return Order(no, "dispatch", make, words, _key(no, seq, words))


def _unmoved(view: View, seq: int) -> None:
    if view.case.seq != seq:
        raise refuse(view.case, MOVED_ON)


MOVED_ON = "在导出之后有新的办理记录，为免覆盖未作改动；请重新导出后再修改。"
"""Why a row is left alone whose case changed since the export."""


def _key(no: str, seq: int, words: Mapping[str, object]) -> str:
    said = json.dumps([no, seq, {name: str(word) for name, word in sorted(words.items())}])
    return f"ledger:{sha256(said.encode()).hexdigest()}"
