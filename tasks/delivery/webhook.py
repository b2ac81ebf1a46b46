"""Notices by signed webhook; docs/webhook.md shows the receiver's side."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import datetime

import requests

from domain.calendar import SHANGHAI
from models.outbox_sending import Message
from tasks.delivery.posting import post
from tasks.delivery.results import Result, refused, shown

_URL = re.compile(r"https?://[^\s/]+\S*")


def payload(message: Message) -> bytes:
    """Write the message as UTF-8 JSON; the same message always gives the same bytes."""
    unit, _, role = message.recipient.partition("/")
    content = {
        "id": str(message.id),
        "unit": unit,
        "role": role,
        "subject": message.subject,
        "body": message.body,
        "urgent": message.urgent,
        "created_at": message.created_at.astimezone(SHANGHAI).isoformat(),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Sign the timestamp (epoch seconds), a full stop and the body."""
    signed = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class Webhook:
    """Posts messages to the address of each; ``clock`` gives the real time of a sending."""

    def __init__(self, secret: str, clock: Callable[[], datetime]) -> None:
        self._secret = secret
        self._clock = clock
        self._session = requests.Session()

    def send(self, message: Message) -> Result:
        """Post one message; any 2xx reply counts as delivered."""
        if _URL.fullmatch(message.address) is None:
            return refused(f"“{shown(message.address)}”不是网址，请更正联系人后重发。")
        body, timestamp = payload(message), str(int(self._clock().timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": str(message.id),
            "X-Rectify-Delivery": str(message.id),
            "X-Rectify-Timestamp": timestamp,
            "X-Rectify-Signature": signature(self._secret, timestamp, body),
        }
        return post(self._session, message.address, body, headers).result

    def close(self) -> None:
        """Close kept connections."""
        self._session.close()
