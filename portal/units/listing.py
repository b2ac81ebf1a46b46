"""The unit's cases, what is due first on top; and for its leader how the unit stands."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from domain.codes import OPEN, State
from models.portal_cases import Wanted
from portal.web.people import Officer, SignedIn
from portal.web.problems import NotYours
from portal.web.rendering import page
from tasks.portal.cases import PARTS_ZH, case_page
from tasks.portal.standing import PERIOD, SOON, standing

listing = APIRouter()
_STATES = [state for state in State if state in OPEN - {State.DETECTED}]


@listing.get("/")
def home(request: Request, who: SignedIn) -> Response:
    """Show the unit's cases; to others, where their work is."""
    if not who.of_unit:
        return page("elsewhere", person=who)
    query = request.query_params
    chosen = _chosen(query)
    wanted = Wanted(who.unit, who.desk.now, chosen["part"], chosen["state"], bool(chosen["late"]))
    found = case_page(who.desk, wanted, query.get("after", ""))
    return page(
        "cases",
        person=who,
        lines=found.lines,
        onward=_address(chosen | {"after": found.after}) if found.after else "",
        first=_address(chosen) if query.get("after") else "",
        chosen=chosen,
        parts=PARTS_ZH,
        states=_STATES,
    )


@listing.get("/standing")
def unit_standing(who: Officer) -> Response:
    """Show the unit's leader how it stands."""
    if not who.leads:
        raise NotYours
    return page(
        "standing",
        person=who,
        standing=standing(who.desk, who.unit),
        days=PERIOD.days,
        soon=SOON.days,
        parts=PARTS_ZH,
    )


def _chosen(query: Mapping[str, str]) -> dict[str, str]:
    """Read what the list is narrowed to; what makes no sense narrows nothing."""
    known = {"part": set(PARTS_ZH), "state": {state.value for state in _STATES}, "late": {"1"}}
    return {
        name: word if (word := query.get(name, "")) in words else ""
        for name, words in known.items()
    }


def _address(chosen: Mapping[str, str]) -> str:
    return f"/?{urlencode({name: word for name, word in chosen.items() if word})}"
