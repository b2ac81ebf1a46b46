"""Group robots: their addresses, their way of refusing, and long texts."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import SHANGHAI
from models.outbox_sending import Message
from tasks.delivery.results import SENT, Result
from tasks.delivery.robots import KINDS, Robot, parts
from tests.integration.receivers import Posted, Web, web_server

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
ADDRESSES = {
    "wecom": "wecombot://a-key/",
    "dingtalk": "dingtalk://token123/",
    "feishu": "feishu://token-123/",
}
NATIVE = {
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a-key",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=token123",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/token-123",
}
PATHS = {
    "wecom": "/wecom?key=a-key",
    "dingtalk": "/dingtalk?access_token=token123",
    "feishu": "/feishu/token-123",
}


def message(channel: str, address: str, body: str = "请即办理。\n") -> Message:
    return Message(
        id=uuid4(),
        recipient="shuiwu/contact",
        channel=channel,
        address=address,
        subject="【黄牌】QD2026-000123 物业收费不公示",
        body=body,
        urgent=False,
        created_at=MONDAY,
    )


def send(item: Message) -> Result:
    with closing(Robot(KINDS[item.channel])) as robot:
        return robot.send(item)


def text_of(posted: Posted) -> str:
    content = posted.json.get("text") or posted.json["content"]
    text = content.get("content") or content["text"]
    assert isinstance(text, str)
    return text


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A server on this machine in the place of all three services, accepting everything."""
    with web_server() as found:
        monkeypatch.setattr(NotifyWeComBot, "notify_url", found.url + "/wecom?key={key}")
        monkeypatch.setattr(
            NotifyDingTalk, "notify_url", found.url + "/dingtalk?access_token={token}"
        )
        monkeypatch.setattr(NotifyFeishu, "notify_url", found.url + "/feishu/{token}/")
        found.answer = lambda _posted: (200, '{"errcode": 0, "code": 0}')
        yield found


@pytest.mark.parametrize("addresses", [ADDRESSES, NATIVE], ids=["short", "native"])
@pytest.mark.parametrize("channel", KINDS)
def test_a_robot_posts_subject_text_and_id(
    web: Web, channel: str, addresses: dict[str, str]
) -> None:
    item = message(channel, addresses[channel])
    assert send(item) == SENT
    assert web.posts[0].path == PATHS[channel]
    text = text_of(web.posts[0])
    assert text == f"{item.subject}\n\n请即办理。\n\n\n（消息编号 {item.id}）"


@pytest.mark.parametrize(
    ("channel", "reply"),
    [
        ("wecom", '{"errcode": 45009, "errmsg": "api freq out of limit"}'),
        ("dingtalk", '{"errcode": 310000, "errmsg": "sign not match"}'),
        ("feishu", '{"code": 9499, "msg": "Bad Request"}'),
        ("wecom", "<html>login</html>"),
        ("wecom", "[]"),
    ],
)
def test_a_refusal_that_comes_with_status_200_is_one(web: Web, channel: str, reply: str) -> None:
    web.answer = lambda _posted: (200, reply)
    result = send(message(channel, ADDRESSES[channel]))
    assert (result.sent, result.certain, result.permanent) == (False, True, False)
    assert reply in result.reason


@pytest.mark.parametrize(
    ("channel", "reply"),
    [
        ("wecom", '{"errcode": 93000, "errmsg": "invalid webhook url"}'),
        ("dingtalk", '{"errcode":300001,"errmsg":"token is not exist"}'),
        ("feishu", '{"code":19001,"msg":"param invalid: incoming webhook access token invalid"}'),
    ],
)
def test_a_key_that_no_robot_has_bounces(web: Web, channel: str, reply: str) -> None:
    web.answer = lambda _posted: (200, reply)
    result = send(message(channel, ADDRESSES[channel]))
    assert (result.sent, result.permanent, result.bounced) == (False, True, True)
    assert "密钥无效" in result.reason


def test_an_empty_reply_leaves_doubt(web: Web) -> None:
    web.answer = lambda _posted: (200, "")
    result = send(message("wecom", ADDRESSES["wecom"]))
    assert (result.sent, result.certain) == (False, False)


def test_dingtalk_gets_its_signature_once_encoded(web: Web) -> None:
    assert send(message("dingtalk", "dingtalk://SECabc@token123/")) == SENT
    query = parse_qs(urlsplit(web.posts[0].path).query)
    assert query["access_token"] == ["token123"]
    assert query["timestamp"][0].isdigit()
    # 32 bytes in base64 end with one "="; encoded twice it would read "%3D" here.
    assert query["sign"][0].endswith("=")
    assert len(query["sign"][0]) == 44


@pytest.mark.parametrize("address", ["", "robot", "mailto://a:b@c.cn", "dingtalk://"])
@pytest.mark.parametrize("channel", KINDS)
def test_what_is_no_robot_of_that_make_is_parked(channel: str, address: str) -> None:
    result = send(message(channel, address))
    assert result.permanent
    assert "机器人地址不对" in result.reason


def test_a_key_never_comes_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    send(message("wecom", "dingtalk://SECRET-KEY/"))
    send(message("dingtalk", "nonsense://SECRET-KEY"))
    assert "SECRET-KEY" not in caplog.text


def test_a_long_text_goes_in_parts_with_nothing_lost(web: Web) -> None:
    body = "".join(f"{n}. 事项第{n}号，请抓紧办理。\n" for n in range(300))
    item = message("wecom", ADDRESSES["wecom"], body)
    assert send(item) == SENT
    texts = [text_of(posted) for posted in web.posts]
    assert len(texts) > 3
    assert all(len(text.encode()) <= 2048 for text in texts)
    assert "\n".join(texts).replace("\n", "") == (
        f"{item.subject}{body}（消息编号 {item.id}）".replace("\n", "")
    )


def test_a_failure_after_the_first_part_leaves_doubt(web: Web) -> None:
    replies = iter(['{"errcode": 0}', '{"errcode": 45009}'])
    web.answer = lambda _posted: (200, next(replies))
    result = send(message("wecom", ADDRESSES["wecom"], "很长。\n" * 500))
    assert (result.sent, result.certain) == (False, False)


@given(st.text(), st.integers(10, 60))
def test_parts_keep_every_character_and_are_never_too_long(text: str, longest: int) -> None:
    found = list(parts(text, longest))
    assert all(len(part.encode("utf-8", "surrogatepass")) <= longest for part in found)
    assert "".join("".join(found).split()) == "".join(text.split())
