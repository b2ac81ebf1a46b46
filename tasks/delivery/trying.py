"""A test message sent at once through the real channel, kept nowhere."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from domain.errors import Refused
from domain.wording import moment
from models.outbox_bounces import note_bounce
from models.outbox_receivers import note_receivers
from models.outbox_sending import Message
from models.units import Address, Row, contacts
from tasks.delivery.attention import CONTACT_ROLE_ZH
from tasks.delivery.channels import Channels
from tasks.delivery.circuits import named
from tasks.delivery.composing import OFFICE_NAME
from tasks.delivery.delivering import channels_at
from tasks.delivery.results import Result
from tasks.delivery.rounds import attempt
from tasks.desk import Desk


@dataclass(frozen=True)
class Tried:
    """A test: where it went to, and how it ended."""

    channel: str
    address: str
    result: Result

    @property
    def sentence(self) -> str:
        """Say how it ended."""
        if self.result.sent:
            return f"试发成功：{self.channel} {self.address} 已接收。"
        return f"试发失败：{self.channel} {self.address}：{self.result.reason}"


def try_out(desk: Desk, unit: str, role: str, channel: str = "") -> list[Tried]:
    """Send a test to a role of a unit, on one channel or all it has, whatever the hour.

    Success clears the mark of an address that bounced and closes the receiver's circuit; an address
    refused for good is marked. Refused where the role has no address there.
    """
    wanted: Sequence[Row] = [
        row
        for row in contacts(desk.engine, unit)
        if row["role"] == role and channel in {"", row["channel"]}
    ]
    if not wanted:
        way = f" {channel} " if channel else ""
        name = f"{desk.directory.name(unit)}{CONTACT_ROLE_ZH[role]}"
        raise Refused(f"{name}没有登记{way}联系方式，请先用 unit contact 登记。")
    channels = channels_at(desk.engine, desk.settings, desk.recorded_at, simulated=desk.simulated)
    return [_try(desk, channels, Address(unit, role, row["channel"]), row) for row in wanted]


def _try(desk: Desk, channels: Channels, where: Address, row: Row) -> Tried:
    message = _message(desk, where, row["address"])
    route = channels.route(message)
    with closing(channels.sender(route)) as sender:
        result = attempt(sender, message)
    if result.sent:
        note_bounce(desk.engine, where, None)
        note_receivers(desk.engine, [named(route)], [])
    elif result.bounced:
        note_bounce(desk.engine, where, desk.now, result.reason)
    return Tried(where.channel, row["address"], result)


def _message(desk: Desk, where: Address, address: str) -> Message:
    return Message(
        id=uuid4(),
        recipient=f"{where.unit}/{where.role}",
        channel=where.channel,
        address=address,
        subject=f"【试发】{OFFICE_NAME}通知试发",
        body=_body(desk.directory.name(where.unit), desk.now),
        urgent=False,
        created_at=desk.now,
    )


def _body(unit: str, at: datetime) -> str:
    return (
        f"{unit}：\n\n　　这是一封试发的通知，用来核对联系方式能否收到，不涉及任何事项，无需办理。"
        "\n\n"
        f"{OFFICE_NAME}\n{moment(at)}\n"
    )
