"""Which requests are asked for: GeoReport's arguments understood (GET Service Requests)."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from domain.codes import DONE, FINAL, State
from models.open311_requests import Wanted
from tasks.open311.problems import bad
from tasks.open311.services import service

CLOSED = DONE | FINAL
"""The states in which a request counts as closed; a merged one stands where its lead stands."""
_STATUSES = {"closed": CLOSED, "open": frozenset(State) - CLOSED}
_SPAN = timedelta(days=90)
_MOST = 1000
_MOST_PAGES = 100_000
_LOST_PLUS = re.compile(r"(?<=\d) (?=\d{2}:\d{2}$)")
"""A plus sign that a client forgot to escape arrives as a blank."""


def read_query(query: Mapping[str, str], now: datetime) -> Wanted:
    """Understand what is asked for; numbers of requests override all the rest."""
    if nos := _listed(query, "service_request_id"):
        return Wanted(nos=nos[:_MOST])
    since, until = _span(query, now)
    limit = _count(query, "page_size", _MOST, _MOST)
    page = _count(query, "page", 1, _MOST_PAGES)
    return Wanted(
        since=since,
        until=until,
        services=_services(query),
        states=_states(query),
        limit=limit,
        offset=(page - 1) * limit,
    )


def _span(query: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    """From when to when, at most 90 days; with one end given, the 90 days from there."""
    since, until = _instant(query, "start_date"), _instant(query, "end_date")
    if since is None:
        until = until or now
        since = until - _SPAN
    elif until is None:
        until = since + _SPAN
    if since > until:
        raise bad("start_date 晚于 end_date，请调换。")
    if until - since > _SPAN:
        raise bad(f"start_date 与 end_date 相隔超过 {_SPAN.days} 天，请分段查询。")
    return since, until


def _instant(query: Mapping[str, str], field: str) -> datetime | None:
    given = query.get(field, "").strip()
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(_LOST_PLUS.sub("+", given))
        _ = moment - _SPAN, moment + _SPAN
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise bad(f"{field} 不是带时区的时间，应写成 2026-03-02T00:00:00Z。")
    return moment


def _services(query: Mapping[str, str]) -> Sequence[str] | None:
    codes = _listed(query, "service_code")
    return [service(code).environment for code in codes] or None


def _states(query: Mapping[str, str]) -> Sequence[str] | None:
    wanted = _listed(query, "status")
    if any(status not in _STATUSES for status in wanted):
        raise bad("status 只能是 open 或 closed。")
    return [state.value for status in wanted for state in _STATUSES[status]] or None


def _listed(query: Mapping[str, str], field: str) -> list[str]:
    return [word.strip() for word in query.get(field, "").split(",") if word.strip()]


def _count(query: Mapping[str, str], field: str, default: int, most: int) -> int:
    given = query.get(field, "").strip()
    if not given:
        return default
    count = (
        int(given) if given.isascii() and given.isdigit() and len(given) < len(str(2**31)) else 0
    )
    if not 0 < count <= most:
        raise bad(f"{field} 应为 1 到 {most} 的整数。")
    return count
