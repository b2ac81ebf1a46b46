"""A case as a unit that handles it may see it: masked, without the reporter."""

from dataclasses import dataclass
from datetime import datetime

from domain.codes import Mode, State
from domain.errors import Refused
from domain.wording import mask
from models.disclosures import PARTY_WITHHELD
from models.reading import Whole, texts_of, whole_case
from tasks.desk import Desk

SHOWN_TEXTS = ("body", "source_body", "reply", "opinion", "finding")
"""Kinds of the texts that units see; reasons of requests and consents are the office's."""


@dataclass(frozen=True)
class SeenText:
    """A masked text: its kind, when it was written (aware); empty once it was erased."""

    kind: str
    at: datetime
    body: str


@dataclass(frozen=True)
class UnitView:
    """What a unit sees of a case; every number that says who somebody is, is covered."""

    no: str
    subject: str
    party: str
    state: State
    texts: tuple[SeenText, ...]


def unit_view(desk: Desk, no: str, unit: str) -> UnitView:
    """Show a case to a unit (its code) that leads, assists or verifies it; refused to others.

    What the discipline organ handles is for named office persons alone.
    """
    return view_of(desk, whole_case(desk.engine, no), unit)


def view_of(desk: Desk, whole: Whole, unit: str) -> UnitView:
    """Show a case that was read already, as ``unit_view`` does."""
    _require(desk, whole, unit)
    texts = tuple(
        SeenText(row["kind"], row["occurred_at"], mask(row["body"] or ""))
        for row in texts_of(desk.engine, whole.loaded.case.no)
        if row["kind"] in SHOWN_TEXTS
    )
    case = whole.loaded.case
    return UnitView(case.no, mask(whole.row["subject"]), party_for_units(whole), case.state, texts)


def party_for_units(whole: Whole) -> str:
    """Give 涉事主体 as units see it."""
    if not whole.row["party"]:
        return ""
    return PARTY_WITHHELD if whole.row["party_hidden"] else mask(whole.row["party"])


def _require(desk: Desk, whole: Whole, unit: str) -> None:
    case = whole.loaded.case
    if case.state is State.REFERRED or case.mode is Mode.DISCIPLINE:
        raise Refused(f"案件 {case.no} 涉及执纪，不向单位显示。")
    lead = whole_case(desk.engine, case.lead_case).loaded.case if case.lead_case else case
    if unit not in (*lead.units, lead.verifying_unit):
        raise Refused(f"案件 {case.no} 不由{desk.directory.name(unit)}办理或验收，不向其显示。")
