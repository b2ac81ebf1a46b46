"""The portal's applications: pages for people, Open311 for other systems, and what guards them."""

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.guards import Guarded
from portal.open311.addresses import KeyedAddresses
from portal.open311.errors import answer_errors as answer_as_georeport
from portal.open311.routes import georeport
from portal.site import GEOREPORT, Site
from portal.units.cases import cases
from portal.units.entering import entering
from portal.units.listing import listing
from portal.web.errors import answer_errors as answer_as_pages
from portal.web.stylesheet import static


def create_app(site: Site) -> ASGIApp:
    """Make the application that serves from ``site``; it documents itself to nobody."""
    return Guarded(_Divided(KeyedAddresses(_interface(site)), _pages(site)))


class _Divided:
    """Sends requests of other systems to the one application, all others to the pages."""

    def __init__(self, interface: ASGIApp, pages: ASGIApp) -> None:
        self._interface = interface
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; both applications start and stop without anything to do."""
        outside = scope["type"] == "http" and scope["path"].startswith(f"{GEOREPORT}/")
        await (self._interface if outside else self._pages)(scope, receive, send)


def _interface(site: Site) -> FastAPI:
    app = _bare(site)
    app.include_router(georeport, prefix=GEOREPORT)
    answer_as_georeport(app)
    return app


def _pages(site: Site) -> FastAPI:
    app = _bare(site)
    for router in (listing, entering, cases, static):
        app.include_router(router)
    app.add_api_route("/health", _health, methods=["GET"])
    answer_as_pages(app)
    return app


def _bare(site: Site) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    return app


def _health() -> PlainTextResponse:
    """Say that the portal serves."""
    return PlainTextResponse("ok\n")
