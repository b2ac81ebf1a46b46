"""A POSTed request understood: what intake takes, or the first thing that is wrong with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from domain.calendar import SHANGHAI
from domain.wording import mask
from models.open311_requests import Place
from tasks.open311.places import describe, read_place
from tasks.open311.problems import bad
from tasks.open311.services import Service, service
from tasks.reading.dates import read_date
from tasks.reading.words import line, somebody, whole

_LONGEST_ID = 200
_LONGEST_PARTY = 200
_LONGEST_SUBJECT = 200
_OPENING = 30
"""Characters of the description that stand in for a missing subject."""
_MARGIN = 100
"""Characters beyond a cut that are looked at, so that a number across it is masked too."""
_WIDE = "\u2e80"
"""The first character of the scripts that write a family name first, without a blank."""


@dataclass(frozen=True)
class Report:
    """What was reported; ``fields`` are those of an intake row, the place among its words."""

    source_id: str
    fields: Mapping[str, str]
    place: Place


def read_report(form: Mapping[str, str], at: datetime) -> Report:
    """Understand a form that came in at an instant; raises ``Problem`` with what is wrong."""
    kind = _service(form)
    source_id = external_id(form)
    description = whole(form.get("description", ""))
    if not line(description):
        raise bad("缺少 description，请写明问题。")
    place = read_place(form)
    fields = {
        "subject": _subject(form, description),
        "body": "\n".join((description, *describe(place))),
        "reporter": _reporter(form),
        "phone": form.get("phone", ""),
        "environment": kind.environment,
        "party": _attribute(form, "party", _LONGEST_PARTY),
        "reported_at": _reported_at(form, at),
    }
    return Report(source_id or _made(form, at), fields, place)


def external_id(form: Mapping[str, str]) -> str:
    """Give what the sender calls the problem, or nothing."""
    return _attribute(form, "external_id", _LONGEST_ID)


def _service(form: Mapping[str, str]) -> Service:
    code = line(form.get("service_code", ""))
    if not code:
        raise bad("缺少 service_code，请写明问题类别，见 services。")
    return service(code)


def _attribute(form: Mapping[str, str], code: str, longest: int) -> str:
    given = line(form.get(f"attribute[{code}]", ""))
    if len(given) > longest:
        raise bad(f"attribute[{code}] 超过 {longest} 字，请缩短。")
    return given


def _subject(form: Mapping[str, str], description: str) -> str:
    given = _attribute(form, "subject", _LONGEST_SUBJECT)
    start = line(description[: 2 * _OPENING + _MARGIN])[: _OPENING + _MARGIN]
    return given or mask(start)[:_OPENING].rstrip()


def _reporter(form: Mapping[str, str]) -> str:
    """A name as its script writes it, with the address to write to."""
    first, last, email = (somebody(form.get(f, "")) for f in ("first_name", "last_name", "email"))
    name = f"{last}{first}" if max(last, default="") >= _WIDE else f"{first} {last}".strip()
    return f"{name} <{email}>".strip() if email else name


def _reported_at(form: Mapping[str, str], at: datetime) -> str:
    given = _attribute(form, "reported_at", _LONGEST_ID)
    if not given:
        return ""
    moment = read_date(given)
    if moment is None or moment > at:
        raise bad("attribute[reported_at] 不是已过去的时间，应写成 2026-03-02T09:30:00+08:00。")
    return moment.isoformat()


def _made(form: Mapping[str, str], at: datetime) -> str:
    """An id for who gives none: what is sent again on the same day is the same request."""
    said = {field: form[field] for field in sorted(form) if field != "api_key"}
    day = at.astimezone(SHANGHAI).date().isoformat()
    return f"sha256:{sha256(json.dumps([day, said]).encode()).hexdigest()[:32]}"
