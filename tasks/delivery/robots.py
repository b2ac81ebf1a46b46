"""Notices by group robots of WeCom, DingTalk and Feishu.

``apprise`` knows their addresses and DingTalk's signature. The posting is ours: these robots answer
200 with an error code in the text when they refuse, and ``apprise`` takes that for delivered.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlencode

import requests
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

from models.outbox_sending import Message
from tasks.delivery.posting import post
from tasks.delivery.results import SENT, Result, bounced, failed, refused, shown

_NATIVE = (
    (
        re.compile(r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=([\w-]+)"),
        r"wecombot://\1/",
    ),
    (re.compile(r"https://oapi\.dingtalk\.com/robot/send\?access_token=(\w+)"), r"dingtalk://\1/"),
    (re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([\w-]+)/?"), r"feishu://\1/"),
)
# It would log addresses it cannot read, and with them the robot's key.
logging.getLogger("apprise").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Kind:
    """One make of robot: who reads its address, where to post, how text is wrapped.

    ``longest`` is the most bytes of text it takes; ``code`` names the error code in its reply;
    ``gone`` finds in a reply that no robot has this key.
    """

    name: str
    plugin: Any
    url: Callable[[Any], str]
    wrap: Callable[[str], Mapping[str, object]]
    code: str
    gone: re.Pattern[str]
    longest: int


def _dingtalk_url(plugin: Any) -> str:  # noqa: ANN401 - apprise ships no types
    url: str = plugin.notify_url.format(token=plugin.token)
    if not plugin.secret:
        return url
    timestamp, quoted = plugin.get_signature()
    return f"{url}&{urlencode({'timestamp': timestamp, 'sign': unquote(quoted)})}"


KINDS = {
    "wecom": Kind(
        "企业微信",
        NotifyWeComBot,
        lambda plugin: str(plugin.api_url),
        lambda text: {"msgtype": "text", "text": {"content": text}},
        "errcode",
        re.compile(r'"errcode"\s*:\s*93000\b'),
        2048,
    ),
    "dingtalk": Kind(
        "钉钉",
        NotifyDingTalk,
        _dingtalk_url,
        lambda text: {"msgtype": "text", "text": {"content": text}},
        "errcode",
        re.compile(r'"errcode"\s*:\s*300001\b'),
        20_000,
    ),
    "feishu": Kind(
        "飞书",
        NotifyFeishu,
        lambda plugin: str(plugin.notify_url.format(token=plugin.token)).rstrip("/"),
        lambda text: {"msg_type": "text", "content": {"text": text}},
        "code",
        re.compile(r"access token invalid"),
        20_000,
    ),
}
"""The robots by the code of their channel."""


class Robot:
    """Posts messages to robots of one make."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._session = requests.Session()

    def send(self, message: Message) -> Result:
        """Post one message, in parts where it is longer than the robot takes."""
        plugin = self._plugin(message.address)
        if plugin is None:
            return refused(f"{self._kind.name}机器人地址不对，请更正联系人后重发。")
        text = f"{message.subject}\n\n{message.body}\n\n（消息编号 {message.id}）"
        for number, part in enumerate(parts(text, self._kind.longest)):
            result = self._post(self._kind.url(plugin), part)
            if not result.sent:
                # Earlier parts have arrived, so the message as a whole is in doubt.
                return replace(result, certain=result.certain and number == 0)
        return SENT

    def close(self) -> None:
        """Close kept connections."""
        self._session.close()

    def _plugin(self, address: str) -> Any:  # noqa: ANN401
        for pattern, ours in _NATIVE:
            if pattern.fullmatch(address):
                address = pattern.sub(ours, address)
        if not address.startswith(f"{self._kind.plugin.secure_protocol}://"):
            return None
        try:
            return self._kind.plugin(**self._kind.plugin.parse_url(address))
        except TypeError:
            return None

    def _post(self, url: str, text: str) -> Result:
        body = json.dumps(self._kind.wrap(text), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        answer = post(self._session, url, body, headers)
        return self._judged(answer.text) if answer.result.sent else answer.result

    def _judged(self, text: str) -> Result:
        if not text:
            reason = f"{self._kind.name}机器人没有说明是否接受，可能已经送达；将原样重发。"
            return Result(reason=reason, certain=False)
        try:
            code = json.loads(text).get(self._kind.code)
        except (ValueError, AttributeError):
            code = None
        if code == 0:
            return SENT
        if self._kind.gone.search(text):
            reason = f"{self._kind.name}机器人的密钥无效（{shown(text)}）"
            return bounced(f"{reason}，请更正联系人后重发。")
        return failed(f"{self._kind.name}机器人没有接受消息（{shown(text)}）。")


def parts(text: str, longest: int) -> Iterator[str]:
    """Cut a text into parts of at most ``longest`` UTF-8 bytes, between lines where possible."""
    part = ""
    for line in _short_lines(text, longest):
        if part and len(f"{part}{line}".rstrip().encode()) > longest:
            yield part.rstrip()
            part = ""
        part += line
    yield part.rstrip()


def _short_lines(text: str, longest: int) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        rest = line
        while len(rest.encode()) > longest:
            head = rest.encode()[: longest - 1].decode("utf-8", "ignore")
            yield head
            rest = rest.removeprefix(head)
        yield rest
