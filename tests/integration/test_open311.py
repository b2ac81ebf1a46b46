"""Open311 GeoReport v2 against a real database: what comes in, and what may be seen of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.identity import read_identity
from tasks.carrying import carry_out
from tasks.ordering.by_office import merge, reject
from tasks.ordering.by_referrer import refer
from tasks.secrets import keys_for
from tests.integration.conftest import MONDAY, Bench
from tests.integration.open311 import Door, opened, refusal, xml

REPORTER = {
    "first_name": "小明",
    "last_name": "欧阳",
    "email": "ouyang@example.com",
    "phone": "13800138000",
}
GEOREPORT_FIELDS = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
]  # fmt: skip


@pytest.fixture
def door(bench: Bench, tmp_path: Path) -> Iterator[Door]:
    with opened(bench, tmp_path) as door:
        yield door


def test_a_request_becomes_a_case_with_its_reporter_sealed(door: Door) -> None:
    no = door.report(address_string="宁夏路1号", lat="36.07", long="120.38", **REPORTER)
    assert no == "QD2026-000001"
    columns = "state, environment, channel, reachable, subject, reported_at"
    assert door.bench.rows(f"select {columns} from rectification_case") == [
        ("detected", "service", "12345", True, "小区地库漏水多日无人维修", MONDAY)
    ]
    body = "小区地库漏水多日无人维修\n地点：宁夏路1号\n坐标：纬度 36.070000，经度 120.380000"
    assert door.bench.value("select body from case_text") == body
    keys = keys_for(door.bench.engine, door.site.settings.home)
    (found,) = read_identity(door.bench.engine, keys, no, "王科", "回访")
    assert (found.name, found.phone) == ("欧阳小明 <ouyang@example.com>", "13800138000")


def test_identity_stands_nowhere_but_in_the_sealed_store(door: Door) -> None:
    door.report(**REPORTER)
    door.post({"description": "没有类别", **REPORTER})
    tables = door.bench.rows(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_schema in ('public', 'identity') and table_type = 'BASE TABLE'"
    )
    for (table,) in tables:
        for (row,) in door.bench.rows(f"select t::text from {table} t"):
            assert not any(mark in str(row) for mark in REPORTER.values()), table


def test_a_request_is_read_by_the_field_names_of_georeport(door: Door) -> None:
    place = {"lat": "36.07", "long": "120.38", "address_string": "宁夏路1号", "address_id": "A9"}
    no = door.report(media_url="https://example.com/1.jpg", **place)
    door.bench.dispatch(no)
    seen = door.one(no)
    assert list(seen) == GEOREPORT_FIELDS
    due = door.bench.value("select due_at from clock where kind = 'finish'")
    assert seen == {
        "service_request_id": no,
        "status": "open",
        "status_notes": "已交办",
        "service_name": "服务环境",
        "service_code": "service",
        "description": "小区地库漏水多日无人维修",
        "agency_responsible": door.bench.value("select name from unit where code = 'shuiwu'"),
        "service_notice": None,
        "requested_datetime": "2026-03-02T10:00:00+08:00",
        "updated_datetime": "2026-03-02T10:00:00+08:00",
        "expected_datetime": due.astimezone(MONDAY.tzinfo).isoformat(),  # type: ignore[attr-defined]
        "address": "宁夏路1号",
        "address_id": "A9",
        "zipcode": None,
        "lat": 36.07,
        "long": 120.38,
        "media_url": "https://example.com/1.jpg",
    }
    written = xml(door.get(f"requests/{no}.xml"))
    assert (written.tag, written[0].tag) == ("service_requests", "request")
    assert [field.tag for field in written[0]] == GEOREPORT_FIELDS
    assert written.findtext("request/lat") == "36.07"
    assert written.findtext("request/zipcode") == ""


def test_a_sender_that_repeats_its_own_id_gets_the_same_number(door: Door) -> None:
    first = door.report(**{"attribute[external_id]": "HL-1"})
    door.clock.pass_by(days=3)
    assert door.report("说法变了", **{"attribute[external_id]": "HL-1"}) == first
    assert door.report(**{"attribute[external_id]": "HL-2"}) != first
    assert [row[:2] for row in door.registered()] == [("opened", "HL-1"), ("opened", "HL-2")]


def test_the_same_words_count_once_a_day_where_no_id_is_given(door: Door) -> None:
    first = door.report()
    assert door.report() == first
    assert door.report(phone="13900139000") != first
    door.clock.pass_by(days=1)
    assert door.report() != first


def test_a_token_is_the_senders_own_id_or_the_number_itself(door: Door) -> None:
    no = door.report(**{"attribute[external_id]": "HL.1"})
    assert door.get("tokens/HL.1.json").json() == [{"service_request_id": no, "token": "HL.1"}]
    assert xml(door.get(f"tokens/{no}.xml")).findtext("request/service_request_id") == no
    assert refusal(door.get("tokens/HL.2.json"))[0] == 404
    assert refusal(door.get("tokens/HL.1.json", door.new_key("media")))[0] == 404


def test_another_channel_sees_nothing_and_another_key_no_place(door: Door) -> None:
    no = door.report(address_string="宁夏路1号", lat="36", long="120")
    other = door.new_key("media")
    assert refusal(door.get(f"requests/{no}.json", other))[0] == 404
    assert door.get("requests.json", other, service_request_id=no).json() == []
    assert door.get("requests.json", other).json() == []
    colleague = door.one(no, api_key=door.new_key())
    assert (colleague["address"], colleague["lat"], colleague["long"]) == (None, None, None)
    assert colleague["description"] == "小区地库漏水多日无人维修"


def test_numbers_that_say_who_somebody_is_are_masked(door: Door) -> None:
    no = door.report("请回电13800138000，鲁B12345的车占道", address_string="13900139000旁")
    seen = door.one(no)
    assert seen["description"] == "请回电＊＊＊＊＊＊＊＊＊＊＊，＊＊＊＊＊＊＊的车占道"
    assert seen["address"] == "＊＊＊＊＊＊＊＊＊＊＊旁"


def test_a_request_is_closed_when_the_case_is(door: Door) -> None:
    lead, follower, rejected, referred = (door.report(f"问题{n}") for n in range(4))
    door.bench.dispatch(lead)
    carry_out(door.desk, merge(door.desk, follower, lead))
    carry_out(door.desk, reject(door.desk, rejected, "不在范围"))
    carry_out(door.desk, refer(door.desk, referred, "jiwei"))
    assert (door.one(lead)["status"], door.one(lead)["status_notes"]) == ("open", "已交办")
    joined = door.one(follower)
    assert (joined["status"], joined["status_notes"]) == ("open", "已并案，随主案办理，已交办")
    assert joined["agency_responsible"] == door.one(lead)["agency_responsible"]
    assert joined["expected_datetime"] == door.one(lead)["expected_datetime"]
    assert door.one(rejected)["status_notes"] == "不予受理"
    hidden = door.one(referred)
    assert (hidden["status"], hidden["description"], hidden["agency_responsible"]) == (
        "closed", None, None
    )  # fmt: skip
    listed = door.get("requests.json", status="closed").json()
    assert [one["service_request_id"] for one in listed] == [referred, rejected]
    listed = door.get("requests.json", status="open").json()
    assert [one["service_request_id"] for one in listed] == [follower, lead]


def test_requests_are_filtered_as_georeport_says(door: Door) -> None:
    old = door.report("第一个")
    door.clock.pass_by(days=89)
    new = door.report("第二个", service_code="law")

    def found(**query: str) -> list[str]:
        listed = door.get("requests.json", **query).json()
        return [one["service_request_id"] for one in listed]

    assert found() == [new, old]
    assert found(service_code="law,market") == [new]
    assert found(service_request_id=f"{old}, QD2026-999999", service_code="law") == [old]
    assert found(start_date="2026-05-01T00:00:00+08:00") == [new]
    assert found(end_date="2026-05-01T00:00:00Z") == [old]
    assert found(start_date="2026-03-02T00:00:00 08:00") == [new, old]
    assert found(page_size="1") == [new]
    assert found(page_size="1", page="2") == [old]
    door.clock.pass_by(days=2)
    assert found() == [new]


def test_cases_without_an_environment_belong_to_the_service_for_the_rest(door: Door) -> None:
    no = door.report(service_code="other")
    door.report("别的")
    assert door.one(no)["service_code"] == "other"
    listed = door.get("requests.json", service_code="other").json()
    assert [one["service_request_id"] for one in listed] == [no]


BAD_REQUESTS: list[tuple[dict[str, str], int, str]] = [
    ({"service_code": ""}, 400, "缺少 service_code"),
    ({"service_code": "pothole"}, 404, "没有这个 service_code"),
    ({"description": ""}, 400, "缺少 description"),
    ({"description": " \n\u200b\x00 "}, 400, "缺少 description"),
    ({"lat": "36"}, 400, "lat 和 long 须同时给出"),
    ({"lat": "91", "long": "120"}, 400, "lat 不是有效的坐标"),
    ({"lat": "36", "long": "nan"}, 400, "long 不是有效的坐标"),
    ({"lat": "北纬36度", "long": "120"}, 400, "lat 不是有效的坐标"),
    ({"lat": "36", "long": "1e999"}, 400, "long 不是有效的坐标"),
    ({"media_url": "javascript:alert(1)"}, 400, "media_url 不是网址"),
    ({"address_string": "路" * 301}, 400, "address_string 超过"),
    ({"attribute[external_id]": "x" * 201}, 400, "attribute[external_id] 超过"),
    ({"attribute[reported_at]": "去年"}, 400, "attribute[reported_at] 不是"),
    ({"attribute[reported_at]": "2027-01-01T00:00:00+08:00"}, 400, "已过去的时间"),
]


def test_a_bad_request_is_refused_and_stands_in_the_register(door: Door) -> None:
    for change, code, words in BAD_REQUESTS:
        external = {"attribute[external_id]": "HL-9"}
        form = {"service_code": "law", "description": "乱收费", **external} | change
        found, sentence = refusal(door.post(form))
        assert found == code, change
        assert words in sentence, change
        given = form["attribute[external_id]"][:200]
        assert door.registered()[-1] == ("rejected", given, sentence, "Open311：热线平台")
    assert len(door.registered()) == len(BAD_REQUESTS)
    assert door.bench.value("select count(*) from rectification_case") == 0


WRITTEN = [
    "</description><script>alert('x')</script>&amp;<![CDATA[",
    "HELP HELP 🏗️🔊🔊 噪音",
    "請協助處理營商環境問題：稅務局窗口無人受理",
    "长" * 7000,
    "\ufffe\uffff控制字符\x0b",
]


def test_whatever_is_written_comes_back_as_sound_xml(door: Door) -> None:
    for description in WRITTEN:
        no = door.report(description)
        kept = door.bench.rows("select body from case_text order by id desc limit 1")[0][0]
        assert kept == description.replace("\x0b", "")
        seen = xml(door.get(f"requests/{no}.xml")).findtext("request/description") or ""
        assert seen
        assert description.replace("\ufffe\uffff", "").startswith(seen)
    assert len(xml(door.get("requests.xml"))) == len(WRITTEN)


BAD_QUERIES: list[tuple[dict[str, str], str]] = [
    ({"start_date": "2026-01-01"}, "start_date 不是带时区的时间"),
    ({"end_date": "0001-01-01T00:00:00Z"}, "end_date 不是"),
    ({"start_date": "2025-01-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"}, "超过 90 天"),
    ({"start_date": "2026-03-01T00:00:00Z", "end_date": "2026-02-01T00:00:00Z"}, "晚于"),
    ({"status": "open,broken"}, "status 只能是"),
    ({"page_size": "1001"}, "page_size 应为"),
    ({"page": "-1"}, "page 应为"),
]


def test_a_bad_query_is_refused(door: Door) -> None:
    for query, words in BAD_QUERIES:
        code, sentence = refusal(door.get("requests.json", **query))
        assert code == 400
        assert words in sentence
