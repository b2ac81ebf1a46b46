"""Errors as GeoReport tells them: a list of codes and sentences, in the format asked for."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from domain.errors import RectifyError
from portal.open311.formats import Document, Format, respond
from tasks.open311.problems import TOO_LARGE, Problem

_log = logging.getLogger("portal")
_AWAY = "系统暂时不能受理，请稍后再试。"
"""Whatever the reason is: it is in the log and on the operators' screen, not here."""
_SENTENCES = {
    HTTPStatus.NOT_FOUND: "没有这个地址，请核对路径和格式（.json 或 .xml）。",
    HTTPStatus.METHOD_NOT_ALLOWED: "这个地址不支持该请求方法。",
}


def answer_errors(app: FastAPI) -> None:
    """Let an application answer every error so; none tells anything of the database."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RectifyError, _away)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _no_such_format)
    app.add_exception_handler(Exception, _unforeseen)


def _problem(request: Request, error: Exception) -> Response:
    """A request that is refused."""
    if not isinstance(error, Problem):
        raise error
    answer = _answer(request, error.code, error.sentence)
    if error.wait:
        answer.headers["retry-after"] = str(error.wait)
    if error.code == TOO_LARGE:
        # Otherwise the rest would still be received, however long it is.
        answer.headers["connection"] = "close"
    return answer


def _away(request: Request, error: Exception) -> Response:
    """What keeps us from working: our own sentences, which hold nothing that was sent."""
    _log.error("%s", error)
    return _answer(request, HTTPStatus.SERVICE_UNAVAILABLE, _AWAY)


def _no_such_format(request: Request, _error: Exception) -> Response:
    status = HTTPStatus.NOT_FOUND
    return _answer(request, status, _SENTENCES[status])


def _unforeseen(request: Request, _error: Exception) -> Response:
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, _AWAY)


def _http(request: Request, error: Exception) -> Response:
    """What the framework refuses by itself."""
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    answer = _answer(request, status, _SENTENCES.get(status, "请求有误。"))
    answer.headers.update(error.headers or {})
    return answer


def _answer(request: Request, code: int, sentence: str) -> Response:
    written: Format = "xml" if request.url.path.endswith(".xml") else "json"
    errors = Document("errors", [{"code": int(code), "description": sentence}])
    return respond(errors, written, code)
