"""A case's page: what it is, what runs, what to do; and what is done, each once a form."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from domain.codes import Result
from domain.errors import RectifyError
from portal.units.entering import offer_entry
from portal.web.people import Anybody, AtDesk, Officer, OwnForm, Person
from portal.web.problems import BadForm, SignedOut
from portal.web.rendering import page
from tasks.portal.actions import ACTIONS, Acting, Given, act, offered
from tasks.portal.case import TEXTS_ZH, NotSeen, TakenAway, require_seen, seen_case
from tasks.portal.cases import PARTS_ZH
from tasks.portal.evidence import evidence_path
from tasks.portal.wording import on_page

cases = APIRouter()
_NO = re.compile(r"QD\d{4}-\d{6,12}", re.ASCII)
_NONCE = re.compile(r"[\w-]{16,64}", re.ASCII)
_NONCE_BYTES = 16
_RESULTS = [result for result in Result if result is not Result.NOT_YET]
"""Results that a submission may state; what cannot be done yet is shelved."""
AGAIN = "again"
"""What ``done`` says of a form that was sent before."""


@cases.get("/case/{no}")
def show(request: Request, no: str, at: AtDesk, who: Anybody, k: str = "") -> Response:
    """Show a case to its unit; to the holder of a link, the way in. Nothing is changed."""
    _require_number(no)
    try:
        if who is not None:
            return _case(who, no, done=request.query_params.get("done", ""))
    except (NotSeen, TakenAway):
        if not k:
            raise
    if k:
        return offer_entry(request, at, no, k)
    raise SignedOut(request.url.path)


@cases.post("/case/{no}/{code}")
def do(no: str, code: str, who: Officer, form: OwnForm) -> Response:
    """Do one thing with a case; a refusal is said above the form, with what was typed."""
    _require_number(no)
    action, nonce = ACTIONS.get(code), form.words.get("nonce", "")
    if action is None or not _NONCE.fullmatch(nonce):
        raise BadForm
    require_seen(who.desk, no, who.unit)
    try:
        given = Given(form.words, form.uploads.require_evidence(), nonce)
        done = act(who.desk, action, Acting(no, who.unit, who.session.name), given)
    except RectifyError as refusal:
        said = on_page(refusal.sentence, who.desk.directory.names)
        return _case(who, no, Tried(code, form.words, said))
    told = AGAIN if done.repeated else code
    return RedirectResponse(f"/case/{no}?done={told}", HTTPStatus.SEE_OTHER)


@cases.get("/case/{no}/evidence/{sha256}")
def evidence(no: str, sha256: str, who: Officer) -> Response:
    """Give an evidence file of a case to keep, never to be shown by the browser."""
    _require_number(no)
    require_seen(who.desk, no, who.unit)
    path, name = evidence_path(who.desk, no, sha256)
    return FileResponse(
        path,
        media_type="application/octet-stream",
        filename=name,
        headers={"content-security-policy": "default-src 'none'; sandbox"},
    )


@dataclass(frozen=True)
class Tried:
    """What was tried and refused: the action, what was typed, the sentence."""

    code: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""


def _case(who: Person, no: str, tried: Tried = Tried(), done: str = "") -> Response:
    if not who.of_unit:
        raise NotSeen
    seen = seen_case(who.desk, no, who.unit)
    directory = who.desk.directory
    return page(
        "case",
        HTTPStatus.CONFLICT if tried.refusal else HTTPStatus.OK,
        person=who,
        seen=seen,
        part=PARTS_ZH[seen.part],
        name=directory.name,
        actions=offered(seen.case, who.unit),
        texts=TEXTS_ZH,
        units=_units(who),
        results=_RESULTS,
        nonce=secrets.token_urlsafe(_NONCE_BYTES),
        tried=tried,
        done=ACTIONS[done].zh if done in ACTIONS else "",
        again=done == AGAIN,
    )


def _units(who: Person) -> list[tuple[str, str]]:
    """Units that a case may be suggested to."""
    names = who.desk.directory
    return [
        (code, name)
        for code, name in names.names.items()
        if code not in names.doubtful and code != who.unit
    ]


def _require_number(no: str) -> None:
    if not _NO.fullmatch(no):
        raise NotSeen
