"""Notices by e-mail, over one connection a round.

The commands of a sending are given one by one, because it matters where a failure happens: before
the text was handed over nobody can have it, after that nobody knows until the server has answered.
"""

import re
import smtplib
import socket
import ssl
from base64 import encodebytes
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr

from domain.calendar import SHANGHAI
from models.outbox_sending import Message
from tasks.delivery.results import (
    REPLY_SECONDS,
    SENT,
    Result,
    away,
    bounced,
    doubtful,
    failed,
    refused,
    shown,
)
from tasks.smtp import SmtpServer

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", re.ASCII)
_ACCEPTED = (250, 251)
_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPServerDisconnected, "连接中断或超时"),
    (TimeoutError, "超时"),
    (ConnectionRefusedError, "拒绝连接"),
    (socket.gaierror, "找不到主机"),
)
_EOL = "\r\n"
_POLICY = re.compile(r"5\.7\.\d")
"""An enhanced status (RFC 3463) that speaks of rights and not of the address."""
_NOT_THE_ADDRESS = (530, 535)
"""The server wants a login first: nothing is wrong with the recipient."""
_END = b".\r\n"
_GO_ON = 354
_FAILURE = 400
_CLOSING = 421
_PERMANENT = 500


def mail(message: Message, sender: str) -> bytes:
    """Write the message as it goes over the wire; the same message always gives the same bytes.

    Put together by hand: the ``email`` package needs as long for that as a server for taking it.
    """
    head = {
        "From": sender,
        "To": message.address,
        "Subject": Header(message.subject, "utf-8", header_name="Subject").encode(linesep=_EOL),
        "Date": format_datetime(message.created_at.astimezone(SHANGHAI)),
        "Message-ID": f"<{message.id}@rectify>",
        "Idempotency-Key": str(message.id),
        "X-Rectify-Delivery": str(message.id),
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "base64",
    }
    lines = "".join(f"{name}: {value}{_EOL}" for name, value in head.items())
    text = encodebytes(message.body.encode()).decode().replace("\n", _EOL)
    return f"{lines}{_EOL}{text}".encode("ascii")


class Mailer:
    """Sends over one connection to the mail server, opened when first needed."""

    def __init__(self, server: SmtpServer, sender: str) -> None:
        self._server = server
        self._sender = parseaddr(sender)[1]
        self._from = formataddr(parseaddr(sender))
        self._connection: smtplib.SMTP | None = None

    def send(self, message: Message) -> Result:
        """Send one message."""
        if _ADDRESS.fullmatch(message.address) is None:
            return refused(f"“{shown(message.address)}”不是邮箱地址，请更正联系人后重发。")
        try:
            result = self._send(self._begin(), message)
        except (OSError, smtplib.SMTPException) as error:
            result = away(f"连不上邮件服务器 {self._name}（{_words(error)}），稍后自动重试。")
        if result.down:
            self.close()
        elif not result.sent:
            self._reset()
        return result

    def close(self) -> None:
        """Say goodbye, if the server still listens."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    def _reset(self) -> None:
        """Forget the mail that was begun, so that the next one may begin."""
        try:
            if self._connection is not None:
                self._connection.rset()
        except (OSError, smtplib.SMTPException):
            self.close()

    @property
    def _name(self) -> str:
        return f"{self._server.host}:{self._server.port}"

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        ours = self._sender.rsplit("@", 1)[-1]
        if server.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host,
                server.port,
                ours,
                timeout=REPLY_SECONDS,
                context=ssl.create_default_context(),
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, ours, timeout=REPLY_SECONDS)
        try:
            self._introduce(connection)
        except (OSError, smtplib.SMTPException):
            connection.close()
            raise
        return connection

    def _introduce(self, connection: smtplib.SMTP) -> None:
        if self._server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if self._server.user:
            self._log_in(connection)
        connection.ehlo_or_helo_if_needed()

    def _log_in(self, connection: smtplib.SMTP) -> None:
        try:
            connection.login(self._server.user, self._server.password)
        except UnicodeEncodeError:
            raise smtplib.SMTPException("用户名或口令含有非 ASCII 字符") from None

    def _begin(self) -> smtplib.SMTP:
        """Begin a mail; servers close idle and much used connections, then a new one is opened."""
        if self._connection is not None:
            try:
                _mail_from(self._connection, self._sender)
            except (OSError, smtplib.SMTPException):
                self.close()
            else:
                return self._connection
        self._connection = self._connect()
        _mail_from(self._connection, self._sender)
        return self._connection

    def _send(self, connection: smtplib.SMTP, message: Message) -> Result:
        code, reply = connection.rcpt(message.address)
        if code in _ACCEPTED:
            return self._text(connection, message)
        result = _declined(f"邮件服务器不接受收件人 {message.address}", code, reply)
        return bounced(result.reason) if result.permanent and _unknown(code, reply) else result

    def _text(self, connection: smtplib.SMTP, message: Message) -> Result:
        code, reply = connection.docmd("DATA")
        if code != _GO_ON:
            return _declined("邮件服务器不接受这封邮件", code, reply)
        try:
            # No line of it begins with a full stop, so none needs another.
            connection.send(mail(message, self._from) + _END)
            code, reply = connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return doubtful(
                f"邮件正文发出后没有得到 {self._name} 的答复（{_words(error)}），可能已经送达。"
            )
        return SENT if code in _ACCEPTED else _declined("邮件服务器不接受这封邮件", code, reply)


def _mail_from(connection: smtplib.SMTP, sender: str) -> None:
    code, reply = connection.mail(sender)
    if code not in _ACCEPTED:
        raise smtplib.SMTPSenderRefused(code, reply, sender)


def _unknown(code: int, reply: bytes) -> bool:
    """Whether a refusal means that there is no such recipient."""
    return code not in _NOT_THE_ADDRESS and _POLICY.match(_shown_reply(reply)) is None


def _declined(what: str, code: int, reply: bytes | str) -> Result:
    reason = f"{what}（{_reply(code, reply)}）。"
    if code < _FAILURE:
        return doubtful(reason)
    if code == _CLOSING:
        return away(reason)
    return refused(reason) if code >= _PERMANENT else failed(reason)


def _reply(code: int, reply: bytes | str) -> str:
    return f"{code} {_shown_reply(reply)}"


def _shown_reply(reply: bytes | str) -> str:
    return shown(reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return words
    return shown(str(error) or type(error).__name__)
