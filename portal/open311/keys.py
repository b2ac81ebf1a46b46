"""Who asks: the key of a request, wherever a client can put it."""

import binascii
from base64 import b64decode
from typing import Annotated

from fastapi import Depends, Request

from models.open311_keys import Caller
from portal.open311.addresses import STATE
from portal.open311.forms import read_form
from portal.site import Site
from tasks.desk import Desk
from tasks.open311.keys import admit


def desk(request: Request) -> Desk:
    """Sit down for a request."""
    site: Site = request.app.state.site
    return site.desk()


AtDesk = Annotated[Desk, Depends(desk)]
Form = Annotated[dict[str, str], Depends(read_form)]


def reader(request: Request, at: AtDesk) -> Caller:
    """Let in who reads."""
    return admit(at, _key(request))


def writer(request: Request, at: AtDesk, form: Form) -> Caller:
    """Let in who writes; GeoReport has the key among the fields of the form."""
    return admit(at, form.get("api_key", "") or _key(request))


Reader = Annotated[Caller, Depends(reader)]
Writer = Annotated[Caller, Depends(writer)]


def _key(request: Request) -> str:
    """The key in the address, as ``api_key``, as a bearer token, or as a user's name."""
    in_address = getattr(request.state, STATE, "")
    return in_address or request.query_params.get("api_key", "") or _authorization(request)


def _authorization(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
