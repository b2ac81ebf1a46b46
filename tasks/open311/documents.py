"""What the interface answers, by GeoReport's field names; formats make JSON or XML of it.

Whoever asks sees no more than how a problem of their channel stands: its masked subject, never its
text, and nothing of who reported it. What is with the discipline organ is not described at all.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.calendar import SHANGHAI
from domain.codes import DONE, Mode, Result, State
from domain.wording import mask
from models.open311_keys import Caller
from models.open311_requests import Row, Wanted, find_requests
from tasks.desk import Desk
from tasks.open311.problems import unknown
from tasks.open311.queries import CLOSED, read_query
from tasks.open311.services import (
    ATTRIBUTES,
    GROUP,
    SERVICES,
    Attribute,
    Service,
    service,
    service_of,
)

Fields = dict[str, object]

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
FORMATS = ("text/xml", "application/json")
CHANGESET = datetime(2026, 3, 1, tzinfo=SHANGHAI)
"""When the services or their fields last changed."""
_HELP = "营商环境专项行动办公室"


def discovery(address: str) -> Fields:
    """Say where the interface is and what it speaks (Open311 Service Discovery)."""
    endpoint = {
        "specification": SPECIFICATION,
        "url": address,
        "changeset": CHANGESET.isoformat(),
        "type": "production",
        "formats": list(FORMATS),
    }
    return {
        "changeset": CHANGESET.isoformat(),
        "contact": _HELP,
        "key_service": f"请向{_HELP}申请密钥",
        "endpoints": [endpoint],
    }


def services() -> list[Fields]:
    """List what can be reported."""
    return [_service(one) for one in SERVICES.values()]


def definition(code: str) -> Fields:
    """Say which fields a service has beyond GeoReport's own."""
    found = service(code)
    fields = [_attribute(order, one) for order, one in enumerate(ATTRIBUTES, start=1)]
    return {"service_code": found.code, "attributes": fields}


def received(no: str) -> list[Fields]:
    """Tell the number of a request that came in."""
    notice = f"已收到，编号 {no}，可凭编号查询办理情况。"
    return [{"service_request_id": no, "service_notice": notice, "account_id": None}]


def token(token_id: str, no: str) -> list[Fields]:
    """Tell the number that a token stands for."""
    return [{"service_request_id": no, "token": token_id}]


def requests(desk: Desk, caller: Caller, query: Mapping[str, str]) -> list[Fields]:
    """List requests of the caller's channel."""
    return _found(desk, caller, read_query(query, desk.now))


def request(desk: Desk, caller: Caller, no: str) -> list[Fields]:
    """Give one request of the caller's channel."""
    found = _found(desk, caller, Wanted(nos=[no]))
    if not found:
        raise unknown("本渠道没有这个编号的诉求，请核对 service_request_id。")
    return found


def _found(desk: Desk, caller: Caller, wanted: Wanted) -> list[Fields]:
    return [_request(row) for row in find_requests(desk.engine, caller, wanted)]


def _service(one: Service) -> Fields:
    return {
        "service_code": one.code,
        "service_name": one.name,
        "description": one.description,
        "metadata": True,
        "type": "realtime",
        "keywords": one.keywords,
        "group": GROUP,
    }


def _attribute(order: int, one: Attribute) -> Fields:
    return {
        "variable": True,
        "code": one.code,
        "datatype": one.datatype,
        "required": False,
        "datatype_description": one.hint,
        "order": order,
        "description": one.description,
    }


def _request(row: Row) -> Fields:
    state = State(row["lead_state"] or row["state"])
    kind = service_of(row["environment"])
    shown = state is not State.REFERRED and row["mode"] != Mode.DISCIPLINE
    done = state in DONE
    return {
        "service_request_id": row["no"],
        "status": "closed" if state in CLOSED else "open",
        "status_notes": _notes(row, state),
        "service_name": kind.name,
        "service_code": kind.code,
        "description": mask(row["subject"]) if shown else None,
        "agency_responsible": row["unit"] if shown else None,
        "service_notice": None,
        "requested_datetime": _w3(row["detected_at"]),
        "updated_datetime": _w3(row["closed_at"] if done else row["last_event_at"]),
        "expected_datetime": _w3(row["due_at"]),
        "address": row["address"] or None,
        "address_id": row["address_id"] or None,
        "zipcode": None,
        "lat": row["lat"],
        "long": row["long"],
        "media_url": row["media_url"] or None,
    }


def _notes(row: Row, state: State) -> str:
    """How it stands, in the words of the campaign."""
    result = Result(row["result"]).zh if state in DONE and row["result"] else ""
    words: Sequence[str] = ("已并案，随主案办理" if row["lead_state"] else "", state.zh, result)
    return "，".join(filter(None, words))


def _w3(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(SHANGHAI).isoformat(timespec="seconds")
