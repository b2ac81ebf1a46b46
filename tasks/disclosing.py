"""Reporters read by the office with a purpose, and by units under a disclosure with consent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.case import Actor
from domain.codes import Role
from domain.errors import Misuse
from domain.wording import check_opinion, mask
from models import disclosures
from models.engine import transaction
from models.identity import Reporter, read_identity
from models.journaling import Occasion
from models.rulebook import book_for
from tasks.desk import Desk
from tasks.ordering.order import office
from tasks.secrets import keys_for

SHORTEST_PURPOSE, LONGEST_PURPOSE = 4, 200
"""Characters of a purpose: “回访” alone would say nothing."""
SHORTEST_CONSENT = 6
"""Characters at least that say how and when a reporter agreed."""
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Wanted:
    """Who wants to read, and why; ``unit`` is a code, empty for the office."""

    name: str
    purpose: str
    unit: str = ""


def read_reporter(desk: Desk, no: str, wanted: Wanted) -> tuple[Reporter, ...]:
    """Open the reporter of a case for the office, or for a unit that it was disclosed to.

    Every reading is logged with who and why, before anything is opened; refuses a reading without
    a name (of the office) or a purpose.
    """
    reader, purpose = _reader(wanted), check_purpose(wanted.purpose)
    keys = keys_for(desk.engine, desk.settings.home)
    if not wanted.unit:
        return read_identity(desk.engine, keys, no, reader, purpose)
    return disclosures.read_disclosed(
        desk.engine, keys, no, wanted.unit, (reader, purpose, desk.now)
    )


@dataclass(frozen=True)
class Offer:
    """A unit (its code) may see the reporter for ``days``; ``consent`` says how that was agreed."""

    unit: str
    days: int
    consent: str


def disclose(desk: Desk, no: str, offer: Offer, occasion: Occasion) -> tuple[datetime, bool]:
    """Let a unit see the reporter; gives until when, and false if only repeated.

    Refuses more days than the policy allows, and a consent that says nothing.
    """
    days, longest = offer.days, _longest(desk)
    if not 1 <= days <= longest:
        raise Misuse(f"披露天数应为 1 到 {longest}，现为 {days}，请改正。")
    said = check_opinion(offer.consent)
    if len(said) < SHORTEST_CONSENT:
        raise Misuse("请写明反映人何时、以何种方式同意（如“3月2日电话中同意”）。")
    until = occasion.at + timedelta(days=days)
    terms = disclosures.Terms(offer.unit, until, said)
    return until, disclosures.disclose(desk.engine, no, terms, occasion)


def revoke(desk: Desk, no: str, unit: str, occasion: Occasion) -> bool:
    """Take a disclosure back; gives false if only repeated."""
    return disclosures.revoke(desk.engine, no, unit, occasion)


def hide_party(desk: Desk, no: str, occasion: Occasion, *, hidden: bool) -> bool:
    """Keep 涉事主体 from the units, or show it; gives false if only repeated."""
    return disclosures.hide_party(desk.engine, no, occasion, hidden=hidden)


def occasion_of(desk: Desk, actor: str, key: str = "") -> Occasion:
    """The office acts, now, under the name typed; refuses none."""
    return Occasion(desk.now, desk.recorded_at, _named(actor), key)


def check_purpose(purpose: str) -> str:
    """Give a purpose on one line, or refuse it: too short to say why, too long, or with numbers."""
    said = " ".join(purpose.split())
    if not SHORTEST_PURPOSE <= len(said) <= LONGEST_PURPOSE:
        raise Misuse(
            f"用途应为 {SHORTEST_PURPOSE} 到 {LONGEST_PURPOSE} 字，"
            "写明为何要看反映人身份（如“电话核实反映内容”）。"
        )
    if mask(said) != said:
        raise Misuse("用途中含有电话、证件、车牌或银行卡号码，请删去：查看记录不载明身份。")
    return said


def _reader(wanted: Wanted) -> str:
    if wanted.unit:
        name = _short(wanted.name)
        return f"{Actor(Role.UNIT, wanted.unit)} {name}".strip()
    return f"{Role.OFFICE}:{_named(wanted.name).name}"


def _named(name: str) -> Actor:
    if not name.strip():
        raise Misuse("须写明经办人，请加上 --actor 姓名。")
    return office(_short(name))


def _short(name: str) -> str:
    said = " ".join(name.split())
    if len(said) > _LONGEST_NAME:
        raise Misuse(f"姓名最多 {_LONGEST_NAME} 字，请改正。")
    return said


def _longest(desk: Desk) -> int:
    with transaction(desk.engine) as connection:
        return book_for(desk.engine).rules(connection).policy.retention.disclosure.amount
