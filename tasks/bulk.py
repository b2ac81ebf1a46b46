"""One command to many cases: previewed, carried out case by case, stopped and gone on with.

Every case gets its own history entry, under a key of the bulk and the case: the same bulk again
skips what it has done.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from domain.calendar import local_date
from domain.codes import State
from domain.commands import Command, Dispatch
from domain.errors import RectifyError, Refused
from domain.refusals import refuse
from domain.wording import check_opinion
from models.executing import View
from models.intray import incoming
from tasks.assigning import in_words, triage_for, weighed
from tasks.carrying import Carried, carry_out_all, foresee_all
from tasks.desk import Desk
from tasks.ordering import by_office
from tasks.ordering.by_system import settle
from tasks.ordering.order import Order

Progress = Callable[[int], None]
"""Told how many more cases were dealt with."""
Make = Callable[[str], Order]
"""Makes the order to one case; may refuse."""


@dataclass(frozen=True)
class Bulk:
    """What is ordered of each case; ``words`` say it in full, so that the same bulk has one id."""

    action: str
    words: Mapping[str, object]
    make: Make


@dataclass
class BulkReport:
    """What became of a bulk: done (or, in a preview, to be done), done before, and refused why."""

    bulk: str
    done: list[Carried] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        """Whether not one case could be dealt with."""
        return not (self.done or self.repeated)


def assigning(
    desk: Desk, unit: str, actor: str, *, assist: Sequence[str] = (), **words: str
) -> Bulk:
    """交办 to a unit; without one, each to whom the dispatch rules name."""
    given: dict[str, Any] = {"assist": tuple(assist), **words}
    if not unit:
        return Bulk("assign", {}, _by_rules(desk))

    def make(no: str) -> Order:
        return _only(by_office.dispatch(desk, no, unit, actor, **given), _fresh)

    return Bulk("assign", {"unit": unit, **given}, make)


def _by_rules(desk: Desk) -> Make:
    triage = triage_for(desk)

    def make(no: str) -> Order:
        case = incoming(desk.engine, no)
        proposal = weighed(triage, case)
        known = {proposal.unit, proposal.verifying} <= desk.directory.names.keys()
        if not (proposal.sure and known):
            raise Refused(f"案件 {no} 按规则不能确定主办单位；{in_words(desk, proposal)}")
        return _only(settle(desk, no, proposal), _fresh)

    return make


def redispatching(
    desk: Desk, unit: str, reason: str, actor: str, *, assist: Sequence[str] = (), **words: str
) -> Bulk:
    """改派 to another unit, with the reason."""
    why = check_opinion(reason)
    given: dict[str, Any] = {"assist": tuple(assist), **words}

    def make(no: str) -> Order:
        order = by_office.dispatch(desk, no, unit, actor, **given)
        return _reasoned(_only(order, _dispatched), why)

    return Bulk("redispatch", {"unit": unit, "reason": why, **given}, make)


def merging(desk: Desk, into: str, actor: str) -> Bulk:
    """并案 into one lead case."""
    return Bulk("merge", {"into": into}, lambda no: by_office.merge(desk, no, into, actor))


def excluding(desk: Desk, reason: str, actor: str) -> Bulk:
    """剔单 with the reason."""
    why = check_opinion(reason)
    return Bulk("exclude", {"reason": why}, lambda no: by_office.exclude(desk, no, why, actor))


def bulk_id(desk: Desk, bulk: Bulk, selection: str) -> str:
    """Name a bulk: the same order to the same selection on the same day is the same bulk."""
    words = {name: str(word) for name, word in sorted(bulk.words.items())}
    said = [bulk.action, words, selection, str(local_date(desk.now))]
    return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def preview(desk: Desk, bulk: Bulk, nos: Sequence[str], name: str) -> BulkReport:
    """Say what the bulk would do now; nothing is written."""
    report = BulkReport(name)
    _collect(report, foresee_all(desk, _orders(report, bulk, nos)), lambda _: None)
    return report


def carry_out_bulk(
    desk: Desk, bulk: Bulk, nos: Sequence[str], name: str, progress: Progress = lambda _: None
) -> BulkReport:
    """Carry the bulk out, in sets; what is done stays done when it is stopped."""
    report = BulkReport(name)
    _collect(report, carry_out_all(desk, _orders(report, bulk, nos)), progress)
    return report


def _orders(report: BulkReport, bulk: Bulk, nos: Sequence[str]) -> Iterator[Order]:
    for no in nos:
        try:
            yield replace(bulk.make(no), key=f"bulk:{report.bulk}:{no}")
        except RectifyError as error:
            report.refused[no] = error.sentence


def _collect(report: BulkReport, carried: Iterable[Carried], progress: Progress) -> None:
    for one in carried:
        progress(1)
        if one.refusal:
            report.refused[one.no] = one.refusal
        elif one.repeated:
            report.repeated.append(one.no)
        else:
            report.done.append(one)


def _only(order: Order, check: Callable[[View], None]) -> Order:
    """Let an order refuse a case that it is not meant for."""

    def make(view: View) -> Command:
        check(view)
        return order.make(view)

    return replace(order, make=make)


def _fresh(view: View) -> None:
    if view.case.state is not State.DETECTED:
        raise refuse(view.case, "不是待受理的案件；改派请用 bulk redispatch。")


def _dispatched(view: View) -> None:
    if view.case.state is State.DETECTED:
        raise refuse(view.case, "尚未交办；交办请用 bulk assign。")


def _reasoned(order: Order, reason: str) -> Order:
    """Have the reason kept with a dispatch."""

    def make(view: View) -> Command:
        command = order.make(view)
        return replace(command, reason=reason) if isinstance(command, Dispatch) else command

    return replace(order, make=make)
