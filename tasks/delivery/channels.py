"""The channels: which server a message leaves through, and who sends it there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from models.outbox_sending import Message
from tasks.delivery.files import Files
from tasks.delivery.mailing import Mailer
from tasks.delivery.posting import origin
from tasks.delivery.results import Sender, Unconfigured
from tasks.delivery.robots import KINDS, Robot
from tasks.delivery.webhook import Webhook
from tasks.settings import Settings

Route = tuple[str, str]
"""A channel and the server it goes to: what can be down as a whole."""


@dataclass(frozen=True)
class Channels:
    """The channels as they are configured.

    In a simulation every message becomes a file in ``folder``: invented cases reach nobody.
    ``clock`` gives the real time of a sending.
    """

    settings: Settings
    folder: Path
    simulated: bool
    clock: Callable[[], datetime]

    def route(self, message: Message) -> Route:
        """Say which server the message leaves through."""
        return self.route_to(message.channel, message.address)

    def route_to(self, channel: str, address: str) -> Route:
        """Say which server messages to an address leave through."""
        if self.simulated:
            return ("file", "")
        if channel == "email" and self.settings.smtp is not None:
            return (channel, f"{self.settings.smtp.host}:{self.settings.smtp.port}")
        return (channel, origin(address) if channel == "webhook" else "")

    def sender(self, route: Route) -> Sender:
        """Make the sender of a route."""
        channel = route[0]
        if channel == "file":
            return Files(self.folder)
        if channel == "email":
            return self._mailer()
        if channel == "webhook":
            return self._webhook()
        if channel in KINDS:
            return Robot(KINDS[channel])
        return Unconfigured(f"没有名为 {channel} 的通知渠道，请更正联系人。")

    def _mailer(self) -> Sender:
        server, sender = self.settings.smtp, self.settings.smtp_from
        if server is None or sender is None:
            return Unconfigured("没有配置邮件服务器，请设置 RECTIFY_SMTP_URL 后重发。")
        return Mailer(server, sender)

    def _webhook(self) -> Sender:
        secret = self.settings.webhook_secret
        if secret is None:
            return Unconfigured("没有配置接口密钥，请设置 RECTIFY_WEBHOOK_SECRET 后重发。")
        return Webhook(secret, self.clock)
