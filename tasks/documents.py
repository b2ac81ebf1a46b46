"""Official documents for people: drafts of proposals, and every document as it was sent."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.case import Case
from domain.change import Notice
from domain.codes import MEASURES, RequestKind, Rung
from domain.errors import Misuse, Refused
from domain.escalating import rung_notices
from domain.refusals import refuse
from domain.requesting import pending
from domain.wording import check_opinion
from models.documents import Document, find, notice_of
from models.outbox_reading import Copy, Owed, Paper, Running
from models.proposals import Standing, standing_of
from tasks.delivery.composing import Composer
from tasks.delivery.misfits import MISFITS, misfit
from tasks.desk import Desk
from tasks.ordering.order import choice

UNNUMBERED = "（待签发编号）"
"""Stands for the number that a draft does not have yet."""
_NUMBER = re.compile(r"(?P<type>\D+?)[〔\[（(/]?(?P<year>\d{4})[〕\])）/](?P<number>\d{1,9})号?")


@dataclass(frozen=True)
class Text:
    """A document in words, without what a channel adds."""

    title: str
    body: str


@dataclass(frozen=True)
class Draft:
    """What waits for the office head: the proposal, and the documents that a signature sends."""

    no: str
    request: int
    rung: Rung
    texts: tuple[Text, ...]


def draft(desk: Desk, no: str, request: int, rung: str = "", wording: str = "") -> Draft:
    """Put a proposal's documents into words as they would go out if it were signed now.

    ``rung`` and ``wording`` amend them as they amend the signature. Refuses a request that is no
    pending proposal.
    """
    standing = standing_of(desk.engine, no)
    proposed = _proposed(standing.loaded.case, request)
    measure = choice(Rung, rung, "督办措施") if rung else proposed
    if measure not in MEASURES:
        raise Misuse(f"“{measure.zh}”由系统自动发出，没有草稿；请写 criticism、raise 或 list。")
    return _draft(desk, standing, request, measure, check_opinion(wording))


def drafts(desk: Desk, no: str) -> Iterator[Draft]:
    """Put the documents of every proposal that waits on a case into words."""
    standing = standing_of(desk.engine, no)
    for request in standing.loaded.case.pending(RequestKind.PROPOSAL):
        if request.rung is not None:
            yield _draft(desk, standing, request.number, request.rung, "")


def _draft(desk: Desk, standing: Standing, request: int, measure: Rung, wording: str) -> Draft:
    case = standing.loaded.case
    notices = rung_notices(case, measure, desk.now, standing.rules)
    papers = (_paper(desk, standing, notices, name, wording) for name in _templates(notices))
    texts = tuple(_text(_composer(desk, standing), paper) for paper in papers)
    return Draft(case.no, request, measure, texts)


def document(desk: Desk, number: str) -> Document:
    """Find a document by its number: 催办〔2026〕12号 or 催办/2026/12; refuses an unknown one."""
    read = _NUMBER.fullmatch("".join(number.split()))
    if read is None:
        raise Misuse(f"文号“{number}”看不懂，请写成 催办〔2026〕12号 或 催办/2026/12 的形式。")
    found = find(desk.engine, read["type"], int(read["year"]), int(read["number"]))
    if found is None:
        raise Refused(f"没有文号为“{number}”的文书，请核对（document list 可查）。")
    return found


def text_of(desk: Desk, paper: Document) -> Text:
    """Give a document's text: the one kept, or what would go out now if none is yet."""
    if paper.body:
        return Text(paper.title, paper.body)
    composer = _composer(desk, standing_of(desk.engine, paper.no))
    return _text(composer, notice_of(desk.engine, paper))


def _text(composer: Composer, notice: Owed) -> Text:
    try:
        return Text(*composer.text(notice))
    except MISFITS as error:
        raise Refused(misfit(notice.template, error)) from None


def _proposed(case: Case, number: int) -> Rung:
    request = pending(case, number)
    if request.rung is None:
        raise refuse(case, f"第 {number} 号是{request.kind.zh}申请，没有文书草稿。")
    return request.rung


def _templates(notices: Sequence[Notice]) -> Iterator[str]:
    return iter(dict.fromkeys(notice.template for notice in notices))


def _composer(desk: Desk, standing: Standing) -> Composer:
    url = desk.settings.public_url
    return Composer(desk.directory.names, standing.rules, url, desk.now)


def _paper(
    desk: Desk, standing: Standing, notices: Sequence[Notice], template: str, wording: str
) -> Owed:
    """A document as the outbox would hold it, had the proposal been signed now."""
    case = standing.loaded.case
    told = [notice for notice in notices if notice.template == template]
    running = sorted(case.running(), key=lambda clock: clock.due_at)
    return Owed(
        id=0,
        template=template,
        unit=told[0].unit,
        role=told[0].role,
        channel="file",
        args=told[0].args,
        urgent=False,
        owed_at=desk.now,
        no=case.no,
        subject=standing.loaded.subject,
        environment=case.environment or "",
        kind=case.kind,
        lead_unit=case.lead_unit,
        assisting=case.assisting,
        verifying_unit=case.verifying_unit,
        level=case.level,
        contact_name="",
        address="",
        document_number=UNNUMBERED,
        clocks=[Running(c.kind, c.slot, c.holder, c.due_at) for c in running],
        opinion="",
        days=None,
        until=None,
        suggested="",
        mode=case.mode,
        wording=wording,
        paper=Paper(0, "", "", [Copy(one.unit, one.role, one.args) for one in told]),
    )
