"""Duplicates after entry: joined or kept apart by the office, or handled by the system itself."""

from dataclasses import dataclass, field

from domain.case import SYSTEM
from domain.commands import Merge, OrderRecheck
from domain.errors import Refused
from models.executing import View
from models.suggestions import Pair, decide, joinable, mark_rechecked, relapses
from tasks.carrying import Carried, carry_out_all
from tasks.desk import Desk
from tasks.ordering.order import Order

JOINED, APART = "joined", "apart"


@dataclass
class Settled:
    """What the system did by itself; ``refused`` gives the reasons by case number."""

    rechecks: list[Carried] = field(default_factory=list)
    joined: list[Carried] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def settle(desk: Desk) -> Settled:
    """Order the re-inspections that new reports call for, and join what is to join by itself.

    Whatever was left undone, by a killed intake or because it was refused, is taken up again.
    """
    report = Settled()
    _order_rechecks(desk, report)
    _join(desk, report)
    return report


def keep_apart(desk: Desk, no: str, lead: str, actor: str) -> None:
    """Keep two cases apart for good: what was suggested is not suggested again."""
    if not decide(desk.engine, (no, lead), APART, actor, desk.now):
        raise Refused(f"{no} 没有与 {lead} 疑似重复的待定建议，请用 duplicates show {no} 查看。")


def note_joined(desk: Desk, no: str, lead: str, actor: str) -> None:
    """Note that the office joined a case, whether that had been suggested or not."""
    decide(desk.engine, (no, lead), JOINED, actor, desk.now)


def _order_rechecks(desk: Desk, report: Settled) -> None:
    waiting = relapses(desk.engine)
    done = list(carry_out_all(desk, [_recheck(desk, pair) for pair in waiting]))
    ordered = [carried.no for carried in done if not carried.refusal]
    mark_rechecked(desk.engine, ordered, desk.now)
    report.rechecks += [carried for carried in done if not carried.refusal]
    report.refused |= {carried.no: carried.refusal for carried in done if carried.refusal}


def _recheck(desk: Desk, pair: Pair) -> Order:
    command = OrderRecheck(
        at=desk.now, by=SYSTEM, reason=f"新登记的 {pair.no} 反映的疑似同一问题，请核查是否反弹。"
    )
    key = f"relapse:{pair.no}:{pair.other}"
    return Order(pair.other, OrderRecheck.name, lambda _: command, key=key)


def _join(desk: Desk, report: Settled) -> None:
    leads: dict[str, str] = {}
    orders = []
    for pair in joinable(desk.engine):
        # The other may be joining a third case in this very run: it is always an earlier one.
        leads[pair.no] = lead = leads.get(pair.other, pair.other)
        orders.append(_merge(desk, pair, lead))
    for carried in carry_out_all(desk, orders):
        if carried.refusal:
            report.refused[carried.no] = carried.refusal
        else:
            decide(desk.engine, (carried.no, leads[carried.no]), JOINED, str(SYSTEM), desk.now)
            report.joined.append(carried)


def _merge(desk: Desk, pair: Pair, lead: str) -> Order:
    def make(view: View) -> Merge:
        into = view.related[lead]
        return Merge(at=desk.now, by=SYSTEM, into=into, followers=view.followers, score=pair.score)

    key = f"alike:{pair.no}:{pair.other}"
    return Order(pair.no, Merge.name, make, {"into": lead}, key=key, related=(lead,))
