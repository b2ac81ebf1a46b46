"""What happened to cases, told to Prefect as events: the fast path, never the record.

Events are numbers and codes only. Whoever changed a case has committed before telling; when Prefect
is away or refuses, that is logged and nothing else happens.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import requests

from tasks.carrying import Carried
from tasks.desk import LIVE
from tasks.settings import Settings

BOUND = 500
"""Single events at most; the rest of a bulk is told in one summary (an event costs 3 kB)."""
OWED = "rectification.inspections.owed"
"""Told once for all re-checks ordered together: whoever names inspectors should look."""
_CHUNK = 100
_SECONDS = (1.0, 5.0)
"""How long to wait for the connection, and for an answer."""

_log = logging.getLogger(__name__)

Event = dict[str, Any]


@dataclass(frozen=True)
class Occasion:
    """In which database something happened, when it is told (aware), by which flow run, if any.

    ``inspectors_wait`` unless whoever ordered re-checks has named the inspectors already.
    """

    database: str
    at: datetime
    run: str = ""
    inspectors_wait: bool = True


def emit(settings: Settings, carried: Sequence[Carried], occasion: Occasion) -> int:
    """Tell Prefect what became of cases, up to ``BOUND`` singly; give how many events it took.

    Refused and repeated orders are left out. Never raises.
    """
    done = [one for one in carried if one.event and not one.refusal and not one.repeated]
    events = [_event(one, occasion) for one in done[:BOUND]]
    if len(done) > BOUND:
        events.append(_summary(done, occasion))
    if occasion.inspectors_wait and any(one.event == "recheck_ordered" for one in done):
        events.append(_owed(occasion))
    return _send(settings, events) if events else 0


def _event(one: Carried, occasion: Occasion) -> Event:
    """One event; a simulation's cases have the same numbers, and are told apart by a label."""
    resource = {
        "prefect.resource.id": f"rectification.case.{one.no}",
        "prefect.resource.name": one.no if occasion.database == LIVE else f"演示 {one.no}",
        "rectification.case.no": one.no,
        "rectification.database": occasion.database,
    }
    payload = {
        "no": one.no,
        "state": one.state,
        "before": one.before,
        "unit": one.unit,
        "database": occasion.database,
    }
    return _envelope(f"rectification.case.{one.event}", resource, payload, occasion)


def _summary(done: Sequence[Carried], occasion: Occasion) -> Event:
    resource = {
        "prefect.resource.id": f"rectification.cases.{occasion.database}",
        "rectification.database": occasion.database,
    }
    counts = Counter(one.event for one in done)
    payload = {"cases": len(done), "events": dict(counts), "database": occasion.database}
    name, _ = counts.most_common(1)[0]
    return _envelope(f"rectification.cases.{name}", resource, payload, occasion)


def _owed(occasion: Occasion) -> Event:
    resource = {
        "prefect.resource.id": f"rectification.inspections.{occasion.database}",
        "rectification.database": occasion.database,
    }
    return _envelope(OWED, resource, {"database": occasion.database}, occasion)


def _envelope(name: str, resource: dict[str, str], payload: Event, occasion: Occasion) -> Event:
    related = {
        "prefect.resource.id": f"prefect.flow-run.{occasion.run}",
        "prefect.resource.role": "flow-run",
    }
    return {
        "id": str(uuid4()),
        "event": name,
        # When it is told; when it happened is in the history of the case.
        "occurred": occasion.at.isoformat(),
        "resource": resource,
        "related": [related] if occasion.run else [],
        "payload": payload,
    }


def _send(settings: Settings, events: Sequence[Event]) -> int:
    sent = 0
    try:
        with requests.Session() as session:
            _prepare(session, settings)
            for start in range(0, len(events), _CHUNK):
                chunk = list(events[start : start + _CHUNK])
                url = f"{settings.api_url}/events"
                session.post(url, json=chunk, timeout=_SECONDS).raise_for_status()
                sent += len(chunk)
    except requests.RequestException as error:
        _log.info("Prefect was not told of %d events: %s", len(events) - sent, type(error).__name__)
    return sent


def _prepare(session: requests.Session, settings: Settings) -> None:
    """Sign in as Prefect's own client does: the auth string, then a token against forgery."""
    # Prefect runs beside us: the proxies of the network are not for it.
    session.trust_env = False
    if settings.prefect_auth is not None:
        user, _, password = settings.prefect_auth.partition(":")
        session.auth = (user, password)
    client = str(uuid4())
    answer = session.get(
        f"{settings.api_url}/csrf-token", params={"client": client}, timeout=_SECONDS
    )
    if answer.ok:
        session.headers["Prefect-Csrf-Token"] = answer.json()["token"]
        session.headers["Prefect-Csrf-Client"] = client
