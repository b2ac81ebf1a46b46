"""GeoReport v2, method by method (wiki.open311.org/GeoReport_v2)."""

from fastapi import APIRouter, Request, Response

from portal.open311.formats import Document, Format, respond
from portal.open311.keys import AtDesk, Form, Reader, Writer
from tasks.open311 import documents
from tasks.open311.receiving import number_of, receive

georeport = APIRouter()


@georeport.get("/discovery.{written}")
def discovery(request: Request, written: Format) -> Response:
    """Service discovery."""
    address = request.app.state.site.georeport
    return respond(Document("discovery", documents.discovery(address)), written)


@georeport.get("/services.{written}")
def service_list(written: Format) -> Response:
    """GET Service List."""
    return respond(Document("services", documents.services()), written)


@georeport.get("/services/{code}.{written}")
def service_definition(code: str, written: Format) -> Response:
    """GET Service Definition."""
    return respond(Document("service_definition", documents.definition(code)), written)


@georeport.post("/requests.{written}")
def post_request(written: Format, at: AtDesk, caller: Writer, form: Form) -> Response:
    """POST Service Request."""
    return _requests(documents.received(receive(at, caller, form)), written)


@georeport.get("/requests.{written}")
def requests(request: Request, written: Format, at: AtDesk, caller: Reader) -> Response:
    """GET Service Requests."""
    return _requests(documents.requests(at, caller, request.query_params), written)


@georeport.get("/requests/{no}.{written}")
def one_request(no: str, written: Format, at: AtDesk, caller: Reader) -> Response:
    """GET Service Request."""
    return _requests(documents.request(at, caller, no), written)


@georeport.get("/tokens/{token}.{written}")
def token(token: str, written: Format, at: AtDesk, caller: Reader) -> Response:
    """GET service_request_id from a token."""
    return _requests(documents.token(token, number_of(at, caller, token)), written)


def _requests(found: list[documents.Fields], written: Format) -> Response:
    return respond(Document("service_requests", found), written)
