"""Who asks: found by the session's cookie, or sent to sign in."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from models.sessions import Session
from portal.site import Site
from portal.web.cookies import SESSION, form_token, require_own, token_in
from portal.web.forms import Form, read_form
from portal.web.problems import NotYours, SignedOut
from tasks.accounts.roles import OF_UNITS, Post
from tasks.accounts.sessions import recognise
from tasks.desk import Desk


@dataclass(frozen=True)
class Person:
    """Somebody signed in, at the desk of this request; ``form_token`` goes into every form."""

    desk: Desk
    session: Session
    unit_name: str
    form_token: str

    @property
    def unit(self) -> str:
        """The code of the person's unit."""
        return self.session.unit

    @property
    def post(self) -> Post:
        """The person's part."""
        return Post(self.session.role)

    @property
    def of_unit(self) -> bool:
        """Whether the person sees a unit's cases."""
        return self.post in OF_UNITS

    @property
    def leads(self) -> bool:
        """Whether the person sees the unit's standing."""
        return self.post is Post.LEADER


async def desk(request: Request) -> Desk:
    """Sit down for a request; this and what follows without the database needs no thread."""
    site: Site = request.app.state.site
    return site.desk()


AtDesk = Annotated[Desk, Depends(desk)]


def anybody(request: Request, at: AtDesk) -> Person | None:
    """Give who is signed in, if anybody."""
    token = token_in(request, SESSION)
    found = recognise(at, token)
    return Person(at, *found, form_token(request, SESSION, token)) if found else None


Anybody = Annotated[Person | None, Depends(anybody)]


async def signed_in(request: Request, who: Anybody) -> Person:
    """Give who is signed in; others sign in first and come back to what they wanted to see."""
    if who is None:
        raise SignedOut(request.url.path if request.method == "GET" else "/")
    return who


SignedIn = Annotated[Person, Depends(signed_in)]


async def officer(who: SignedIn) -> Person:
    """Give somebody who sees a unit's cases; the pages are not there for others."""
    if not who.of_unit:
        raise NotYours
    return who


Officer = Annotated[Person, Depends(officer)]


async def own_form(
    request: Request, _: SignedIn, form: Annotated[Form, Depends(read_form, scope="function")]
) -> Form:
    """Read the form of somebody signed in; it must come from a page of this session."""
    require_own(request, SESSION, form.words.get("form_token", ""))
    return form


OwnForm = Annotated[Form, Depends(own_form)]
