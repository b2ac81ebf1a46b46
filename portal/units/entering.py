"""Ways in and out: signing in with an account, entering by the link of a notice, signing out."""

import re
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from portal.web.addresses import client_address
from portal.web.cookies import SESSION, VISITOR, form_token, put, require_own, take_away, token_in
from portal.web.cookies import visitor as visitor_of
from portal.web.forms import read_words
from portal.web.people import Anybody, AtDesk, OwnForm
from portal.web.rendering import page
from tasks.accounts.sessions import end
from tasks.accounts.signing_in import Shown, WrongCredentials, sign_in
from tasks.desk import Desk
from tasks.portal.links import enter, holder

entering = APIRouter()
Words = Annotated[dict[str, str], Depends(read_words)]
_ONWARD = re.compile(r"/(case/QD\d{4}-\d{6,12}|standing)?", re.ASCII)
"""Where one may be sent after signing in: pages of ours, and nowhere else."""


@entering.get("/sign-in")
def ask(request: Request, who: Anybody) -> Response:
    """Show the form, or the way on for whoever is in already."""
    onward = _onward(request.query_params.get("next", ""))
    return RedirectResponse(onward, HTTPStatus.SEE_OTHER) if who else _form(request, onward)


@entering.post("/sign-in")
def let_in(request: Request, at: AtDesk, words: Words) -> Response:
    """Sign a person in, under a token that no browser had before."""
    require_own(request, VISITOR, words.get("form_token", ""))
    onward = _onward(words.get("next", ""))
    login = words.get("login", "")
    shown = Shown(login, words.get("password", ""), words.get("digits", ""))
    try:
        token = sign_in(at, shown, client_address(request))
    except WrongCredentials as refusal:
        return _form(request, onward, login, refusal.sentence, HTTPStatus.FORBIDDEN)
    return _in(request, at, token, onward)


@entering.post("/case/{no}/enter")
def let_in_by_link(request: Request, no: str, at: AtDesk, words: Words) -> Response:
    """Let the holder of a link in; a session that the browser had ends."""
    require_own(request, VISITOR, words.get("form_token", ""))
    token = enter(at, no, words.get("k", ""))
    return _in(request, at, token, _onward(f"/case/{no}"))


@entering.post("/sign-out")
def let_out(request: Request, at: AtDesk, _: OwnForm) -> Response:
    """End the session, here and in the browser."""
    end(at, token_in(request, SESSION))
    answer = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    take_away(request, answer, SESSION)
    return answer


def offer_entry(request: Request, at: Desk, no: str, k: str) -> Response:
    """Show whom a link is for, and the way in; looking changes nothing."""
    whose, visitor = holder(at, no, k), visitor_of(request)
    answer = page(
        "enter",
        no=no,
        k=k,
        unit=at.directory.name(whose.unit),
        contact=whose.name,
        form_token=form_token(request, VISITOR, visitor),
    )
    put(request, answer, VISITOR, visitor)
    return answer


def _form(
    request: Request,
    onward: str,
    login: str = "",
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    visitor = visitor_of(request)
    token = form_token(request, VISITOR, visitor)
    answer = page("sign_in", status, onward=onward, login=login, refusal=refusal, form_token=token)
    put(request, answer, VISITOR, visitor)
    return answer


def _in(request: Request, at: Desk, token: str, onward: str) -> Response:
    """Go on signed in; whoever was in from this browser before is out."""
    end(at, token_in(request, SESSION))
    answer = RedirectResponse(onward, HTTPStatus.SEE_OTHER)
    put(request, answer, SESSION, token)
    take_away(request, answer, VISITOR)
    return answer


def _onward(wanted: str) -> str:
    return wanted if _ONWARD.fullmatch(wanted) else "/"
