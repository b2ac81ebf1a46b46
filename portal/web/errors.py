"""Every error answered with a page; none tells anything of the database or of others' cases."""

import logging
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from domain.errors import Misuse, RectifyError
from portal.web.problems import SENTENCES, TITLES, BadForm, Forged, NotYours, SignedOut
from portal.web.rendering import page
from tasks.accounts.signing_in import TooManyAttempts
from tasks.portal.case import NotSeen, TakenAway
from tasks.portal.links import DeadLink
from tasks.portal.uploads import TooLarge

_log = logging.getLogger("portal")
_STATUS: dict[type[RectifyError], HTTPStatus] = {
    BadForm: HTTPStatus.BAD_REQUEST,
    Misuse: HTTPStatus.BAD_REQUEST,
    Forged: HTTPStatus.FORBIDDEN,
    NotYours: HTTPStatus.FORBIDDEN,
    NotSeen: HTTPStatus.NOT_FOUND,
    TakenAway: HTTPStatus.GONE,
    DeadLink: HTTPStatus.GONE,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
}
"""All others are ours: they keep us from working."""


def answer_errors(app: FastAPI) -> None:
    """Let an application answer every error so."""
    app.add_exception_handler(SignedOut, _signed_out)
    app.add_exception_handler(RectifyError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _nowhere)
    app.add_exception_handler(Exception, _unforeseen)


def problem(status: HTTPStatus, sentence: str = "") -> Response:
    """Give the page of a problem."""
    title = TITLES.get(status, "不能办理")
    said = sentence or SENTENCES.get(status, "请求有误，请从首页进入。")
    return page("problem", status, title=title, sentence=said)


def _signed_out(request: Request, error: Exception) -> Response:
    if not isinstance(error, SignedOut):
        raise error
    answer = RedirectResponse(f"/sign-in?{urlencode({'next': error.path})}", HTTPStatus.SEE_OTHER)
    return _left_unread(request, answer)


def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, RectifyError):
        raise error
    status = _STATUS.get(type(error))
    if status is None:
        _log.error("%s", error)
        return problem(HTTPStatus.SERVICE_UNAVAILABLE)
    answer = problem(status, error.sentence)
    if isinstance(error, TooManyAttempts):
        answer.headers["retry-after"] = str(error.wait)
    return _left_unread(request, answer)


def _http(_request: Request, error: Exception) -> Response:
    """What the framework refuses by itself."""
    if not isinstance(error, HTTPException):
        raise error
    answer = problem(HTTPStatus(error.status_code))
    answer.headers.update(error.headers or {})
    return answer


def _nowhere(_request: Request, _error: Exception) -> Response:
    return problem(HTTPStatus.NOT_FOUND)


def _unforeseen(_request: Request, _error: Exception) -> Response:
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR)


def _left_unread(request: Request, answer: Response) -> Response:
    """Close after a form that was not read, or the rest would still be received."""
    if request.method == "POST":
        answer.headers["connection"] = "close"
    return answer
