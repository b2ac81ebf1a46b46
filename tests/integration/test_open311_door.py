"""The door of the Open311 interface: keys and their limits, sizes and forms, and what leaks out."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from select import select
from threading import Thread

import pytest

from portal.open311.forms import MOST_BYTES
from tests.integration.conftest import Bench, Terminal
from tests.integration.open311 import Door, opened, refusal, xml

FORM = {"content-type": "application/x-www-form-urlencoded"}
REQUESTS = "/open311/v2/requests.json"


@pytest.fixture
def door(bench: Bench, tmp_path: Path) -> Iterator[Door]:
    with opened(bench, tmp_path) as door:
        yield door


def test_who_has_no_key_gets_nothing(door: Door) -> None:
    form = {"service_code": "law", "description": "乱收费"}
    for key in ("", "rk_wrong", "' or 1=1 --", "键" * 500):
        assert refusal(door.get("requests.json", key))[0] == 403
        assert refusal(door.post(form | {"api_key": key}))[0] == 403
    assert xml(door.get("requests.xml", "x")).findtext("error/code") == "403"
    assert door.registered() == []


def test_a_key_is_taken_wherever_a_client_can_put_it(door: Door) -> None:
    client, key = door.client, door.key
    address = "/open311/v2/requests.json"
    bearer = {"authorization": f"Bearer {key}"}
    assert client.get(address, headers=bearer).status_code == 200
    assert client.get(address, auth=(key, "")).status_code == 200
    assert client.get(f"/open311/v2/key/{key}/requests.json").status_code == 200
    assert client.get("/open311/v2/key/no/requests.json").status_code == 403
    assert client.get(address, headers={"authorization": "Basic !"}).status_code == 403
    form = {"service_code": "law", "description": "乱收费"}
    assert client.post(address, data=form, headers=bearer).status_code == 200


def test_a_key_that_is_used_too_fast_is_told_when_to_come_back(door: Door) -> None:
    slow = door.new_key(per_minute=2)
    for _ in range(2):
        assert door.get("requests.json", slow).status_code == 200
    refused = door.get("requests.json", slow)
    assert refusal(refused)[0] == 429
    assert refused.headers["retry-after"] == "30"
    assert door.get("requests.json").status_code == 200
    door.clock.pass_by(seconds=30)
    assert door.get("requests.json", slow).status_code == 200
    assert door.get("requests.json", slow).status_code == 429
    door.clock.pass_by(seconds=-600)
    assert door.get("requests.json", slow).status_code == 429


def test_the_database_away_is_no_business_of_the_client(door: Door) -> None:
    door.bench.owner.connect().close()
    with door.bench.owner.begin() as connection:
        connection.exec_driver_sql("alter table api_key rename to elsewhere")
    code, sentence = refusal(door.get("requests.json"))
    assert (code, sentence) == (503, "系统暂时不能受理，请稍后再试。")


def test_a_body_that_is_too_large_is_left_unread(door: Door) -> None:
    said = {**FORM, "content-length": str(MOST_BYTES + 1)}
    whole = door.client.post(REQUESTS, content=b"a" * (MOST_BYTES + 1), headers=said)
    assert refusal(whole)[0] == 413
    assert whole.headers["connection"] == "close"


def test_a_body_without_end_is_cut_off(door: Door) -> None:
    address = door.client.base_url
    head = f"POST {REQUESTS} HTTP/1.1\r\nhost: {address.host}\r\ntransfer-encoding: chunked\r\n"
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    with socket.create_connection((address.host, address.port or 0), timeout=20) as line:
        line.sendall(f"{head}content-type: {FORM['content-type']}\r\n\r\n".encode())
        sent = 0
        while not select([line], [], [], 0.05)[0] and sent < 100:
            line.sendall(chunk)
            sent += 1
        assert line.recv(64).startswith(b"HTTP/1.1 413 ")
    assert sent < 100


def test_a_body_within_the_limit_is_taken(door: Door) -> None:
    assert door.report("长" * 7000)
    form = {"api_key": door.key, "service_code": "law", "description": "a" * (MOST_BYTES - 200)}
    assert door.post(form).status_code == 200


def test_a_form_that_cannot_be_read_is_refused(door: Door) -> None:
    post = door.client.post
    assert refusal(post(REQUESTS, json={"service_code": "law"}))[0] == 400
    assert refusal(post(REQUESTS, files={"media": b"x"}, data={"a": "b"}))[0] == 400
    for body in (b"description=%ED%A0%80", b"\xff\xfe", b"&".join([b"a=b"] * 201)):
        assert refusal(post(REQUESTS, content=body, headers=FORM))[0] == 400
    entity = (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    )
    assert refusal(post(REQUESTS, content=entity, headers={"content-type": "text/xml"}))[0] == 400


def test_what_is_not_there_is_told_in_the_shape_of_georeport(door: Door) -> None:
    for path in ("requests.html", "requests", "services/law.txt", "nothing.json"):
        assert refusal(door.get(path))[0] == 404
    for path in ("/docs", "/openapi.json", "/open311/v2"):
        assert door.client.get(path).status_code == 404
    assert refusal(door.client.delete(REQUESTS))[0] == 405
    assert xml(door.get("services/pothole.xml")).findtext("error/code") == "404"


def test_what_needs_no_key_needs_none(door: Door) -> None:
    for path in ("discovery.json", "services.json", "services/law.json", "discovery.xml"):
        assert door.client.get(f"/open311/v2/{path}").status_code == 200
    found = door.client.get("/open311/v2/discovery.json").json()
    assert found["endpoints"][0]["url"] == "http://127.0.0.1:8400/open311/v2"


def test_every_answer_forbids_framing_loading_and_keeping(door: Door) -> None:
    for path in ("/health", "/open311/v2/services.json", "/nothing", REQUESTS):
        headers = door.client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_an_error_nobody_foresaw_tells_neither_client_nor_log_what_was_sent(
    bench: Bench,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def stumble(_form: object, _at: object) -> None:
        raise KeyError(sent)

    sent = "电话13800138000"
    monkeypatch.setattr("tasks.open311.receiving.read_report", stumble)
    with opened(bench, tmp_path) as door:
        code, sentence = refusal(door.post({"service_code": "law", "description": sent}))
    assert (code, sentence) == (500, "系统暂时不能受理，请稍后再试。")
    logged = capfd.readouterr().err
    assert "KeyError" in logged
    assert sent not in logged
    assert door.key not in logged


def test_the_same_request_from_many_at_once_is_one_case(door: Door) -> None:
    numbers: list[str] = []
    external = {"attribute[external_id]": "HL-1"}
    senders = [Thread(target=lambda: numbers.append(door.report(**external))) for _ in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert numbers == ["QD2026-000001"] * 6
    assert door.bench.value("select count(*) from rectification_case") == 1


def test_a_key_is_given_out_once_listed_and_revoked(door: Door, terminal: Terminal) -> None:
    given = terminal.document("key", "new", "media", "--name", "日报", "--per-minute", "5")
    assert door.get("requests.json", given["key"]).status_code == 200
    listed = terminal.document("key", "list")
    assert [row["name"] for row in listed] == ["热线平台", "日报"]
    assert listed[1]["per_minute"] == 5
    assert listed[1]["last_used_at"].startswith("2026-03-02T10:00:00")
    kept = door.bench.rows("select t::text from api_key t")
    assert given["key"] not in json.dumps([listed, kept])
    terminal("key", "revoke", str(given["id"]))
    assert refusal(door.get("requests.json", given["key"]))[0] == 403
    assert "没有序号为" in terminal("key", "revoke", str(given["id"]), code=1)
    assert "停用" in terminal("key", "list")


def test_a_key_needs_a_channel_a_holder_and_a_sane_limit(terminal: Terminal) -> None:
    assert "没有代码为" in terminal("key", "new", "fax", "--name", "甲", code=2)
    assert "--name" in terminal("key", "new", "media", code=2)
    wrong = ("--name", "甲", "--per-minute", "9999")
    assert "--per-minute" in terminal("key", "new", "media", *wrong, code=2)
    assert "还没有发放过密钥" in terminal("key", "list")
