"""Dispatching what came in: the rules settle what is plain, the office decides the rest."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from domain.errors import Refused
from domain.triaging import Candidate, Proposal, Triage
from models.engine import transaction
from models.intray import Incoming, count_undispatched, incoming, undispatched
from models.rulebook import dispatch_rules
from tasks.carrying import Carried, carry_out_all
from tasks.categories import category_in_words
from tasks.desk import Desk
from tasks.ordering.by_system import settle
from tasks.ordering.order import Order

_WORDS = 5
"""Words that are named for each candidate, the weightiest."""

Progress = Callable[[int], None]
"""Told after each batch how many cases it looked at."""


@dataclass
class AssignReport:
    """What a round of dispatching did.

    ``carried`` are the cases dispatched to the unit that the rules name. ``refused`` says by case
    number why a plain one could not be; with them, ``left`` cases wait on the office's worklist.
    """

    left: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    carried: list[Carried] = field(default_factory=list)

    @property
    def dispatched(self) -> int:
        """How many cases were dispatched."""
        return len(self.carried)


def assign_all(
    desk: Desk, limit: int | None = None, progress: Progress = lambda _: None
) -> AssignReport:
    """Dispatch every case that the rules settle, at most ``limit`` of them; run again, go on.

    A doubtful or unknown unit is never dispatched to without the office.
    """
    report, triage = AssignReport(), triage_for(desk)
    for batch in undispatched(desk.engine):
        wanted = None if limit is None else limit - report.dispatched
        for carried in carry_out_all(desk, list(islice(_settled(desk, triage, batch), wanted))):
            _count(report, carried)
        progress(len(batch))
        if limit is not None and report.dispatched >= limit:
            break
    report.left = count_undispatched(desk.engine)
    return report


def triage_for(desk: Desk) -> Triage:
    """Compile the dispatch rules in force."""
    with transaction(desk.engine) as connection:
        return compiled(desk, dispatch_rules(connection))


def compiled(desk: Desk, rules: Mapping[str, Any]) -> Triage:
    """Compile sound dispatch rules, with the names of the registry's units."""
    return Triage(rules, barred=desk.directory.doubtful, names=desk.directory.aliases)


def propose(desk: Desk, no: str) -> Proposal:
    """Say whose matter a case is, by the rules in force."""
    return _proposed(desk, no)[1]


def _proposed(desk: Desk, no: str) -> tuple[Incoming, Proposal]:
    case = incoming(desk.engine, no)
    return case, weighed(triage_for(desk), case)


def weighed(triage: Triage, case: Incoming) -> Proposal:
    """Weigh a case as it came in: its words, its channel, the units it names or is brought by."""
    asked = {"named_unit": case.named_unit, "by_unit": case.by_unit}
    return triage.propose(case.subject, case.body, case.channel, **asked)


def settled(desk: Desk, no: str) -> Proposal:
    """Give the proposal for a case that the rules settle; refuses others, naming the candidates."""
    case, proposal = _proposed(desk, no)
    if proposal.organ:
        raise Refused(f"案件 {no} 未按规则交办：{_alleged_in_words(desk, no, proposal)}")
    if not (proposal.sure and _known(desk, proposal)):
        said = in_words(desk, proposal) + _hints(desk, proposal, case)
        raise Refused(f"案件 {no} 按规则不能确定主办单位，请用 --unit 指定；{said}")
    return proposal


def in_words(desk: Desk, proposal: Proposal) -> str:
    """Name the candidates with their scores and the words that speak for them."""
    if not proposal.reasons:
        return "文字中没有规则认识的词。"
    named = "、".join(_in_words(desk, one) for one in proposal.reasons)
    return f"可参考：{named}。"


def hints(desk: Desk, no: str) -> str:
    """Say what else the rules see in a case that they settle; nothing where they see no more."""
    case, proposal = _proposed(desk, no)
    return _hints(desk, proposal, case)


def _hints(desk: Desk, proposal: Proposal, case: Incoming) -> str:
    parts = (
        _place_in_words(proposal),
        _help_in_words(desk, proposal),
        category_in_words(desk, case.subject, case.body),
    )
    return "".join(parts)


def _alleged_in_words(desk: Desk, no: str, proposal: Proposal) -> str:
    """Say that the office should refer the case, why, and whose persons it may be about."""
    words = "、".join(proposal.allegations[:_WORDS])
    name = desk.directory.name
    about = next((one.unit for one in proposal.reasons if one.unit != proposal.organ), "")
    accused = f" --about {about}" if about else ""
    doubt = f"（可能涉及{name(about)}，请核对后写明被反映的单位）" if about else ""
    return (
        f"涉及人员问题线索（{words}），建议移送{name(proposal.organ)}，不交被反映的单位办理{doubt}："
        f"refer {no} --to {proposal.organ}{accused}；确属一般事项的用 --unit 指定主办单位。"
    )


def _place_in_words(proposal: Proposal) -> str:
    """Say that the matter is a district's and the text does not name its place."""
    return "文字未写明属地，能确定区市的请交办区市。" if proposal.placeless else ""


def _help_in_words(desk: Desk, proposal: Proposal) -> str:
    """Name the units that could assist."""
    if not proposal.assisting:
        return ""
    named = "、".join(f"{desk.directory.name(code)}（{code}）" for code in proposal.assisting)
    return f"文字还涉及{named}的事项，可用 --assist 列为协办。"


def _in_words(desk: Desk, one: Candidate) -> str:
    words = "、".join(one.words[:_WORDS])
    why = f"属地：{words}" if one.placed else f"{one.score} 分：{words}"
    if one.first is not None:
        why = f"首接负责：{one.first.zh}" + (f"，{why}" if one.score else "")
    return f"{desk.directory.name(one.unit)}（{one.unit}，{why}）"


def _settled(desk: Desk, triage: Triage, batch: list[Incoming]) -> Iterator[Order]:
    for case in batch:
        proposal = weighed(triage, case)
        if proposal.sure and _known(desk, proposal):
            yield settle(desk, case.no, proposal)


def _known(desk: Desk, proposal: Proposal) -> bool:
    return {proposal.unit, proposal.verifying} <= desk.directory.names.keys()


def _count(report: AssignReport, carried: Carried) -> None:
    if carried.refusal:
        report.refused[carried.no] = carried.refusal
    elif not carried.repeated:
        report.carried.append(carried)
