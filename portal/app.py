"""The portal's application: what it serves, and what stands around all of it."""

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from starlette.types import ASGIApp

from portal.guards import Guarded
from portal.open311.addresses import KeyedAddresses
from portal.open311.errors import answer_errors
from portal.open311.routes import georeport
from portal.site import GEOREPORT, Site


def create_app(site: Site) -> ASGIApp:
    """Make the application that serves from ``site``; it documents itself to nobody."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    app.include_router(georeport, prefix=GEOREPORT)
    app.add_api_route("/health", _health, methods=["GET"])
    answer_errors(app)
    return Guarded(KeyedAddresses(app))


def _health() -> PlainTextResponse:
    """Say that the portal serves."""
    return PlainTextResponse("ok\n")
