"""Duplicates after entry: joined or kept apart by the office, or handled by the system itself."""

from collections.abc import Callable
from dataclasses import dataclass, field

from domain.case import SYSTEM
from domain.commands import Merge, OrderRecheck
from domain.errors import Refused
from models.comparing import Compared, compare_pending, owed, switched_on
from models.executing import View
from models.suggestions import Pair, joinable, keep_pair_apart, mark_rechecked, relapses
from tasks.carrying import Carried, carry_out_all
from tasks.desk import Desk
from tasks.ordering.order import Order

Progress = Callable[[int], None]
"""Told how many more cases were compared."""

STATUS_ZH = {"open": "待定", "joined": "已并案", "apart": "已分开", "lapsed": "已失效"}
"""What became of a suggestion, as users read it."""


@dataclass
class Settled:
    """What the system did by itself; ``refused`` gives the reasons by case number."""

    compared: Compared = field(default_factory=Compared)
    rechecks: list[Carried] = field(default_factory=list)
    joined: list[Carried] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def settle(desk: Desk, progress: Progress = lambda _: None, batches: int | None = None) -> Settled:
    """Compare what waits, order the re-inspections called for, join what is to join by itself.

    Whatever was left undone, by a killed intake or because it was refused, is taken up again.
    ``progress`` is told how many more cases were compared; ``batches`` bounds how many.
    """
    report = Settled()
    if not owed(desk.engine):
        return report
    if switched_on(desk.engine):
        report.compared = compare_pending(desk.engine, desk.now, progress, batches)
    _order_rechecks(desk, report)
    _join(desk, report)
    return report


def keep_apart(desk: Desk, no: str, lead: str, actor: str) -> None:
    """Keep two cases apart for good: what was suggested is not suggested again."""
    if not keep_pair_apart(desk.engine, (no, lead), actor, desk.now):
        raise Refused(f"{no} 没有与 {lead} 疑似重复的待定建议，请用 duplicates show {no} 查看。")


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
    """Join what is alike enough; one whose lead is about to join waits for what becomes of that."""
    tried: set[str] = set()
    while waiting := [pair for pair in joinable(desk.engine) if pair.no not in tried]:
        joining = {pair.no for pair in waiting}
        ready = [pair for pair in waiting if pair.other not in joining]
        tried.update(pair.no for pair in ready)
        for carried in carry_out_all(desk, [_merge(desk, pair) for pair in ready]):
            if carried.refusal:
                report.refused[carried.no] = carried.refusal
            else:
                report.joined.append(carried)


def _merge(desk: Desk, pair: Pair) -> Order:
    def make(view: View) -> Merge:
        into, followers = view.related[pair.other], len(view.followers)
        return Merge(at=desk.now, by=SYSTEM, into=into, followers=followers, score=pair.score)

    key = f"alike:{pair.no}:{pair.other}"
    return Order(pair.no, Merge.name, make, {"into": pair.other}, key=key, related=(pair.other,))
