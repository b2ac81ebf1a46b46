"""The reference data: registry, key fields, channels, dispatch rules and the sample ledger."""

import csv
import re
import tomllib
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.channels import ONE_UNIT, USERS, single_units
from domain.codes import Environment, Kind, Urgency
from tasks.campaign.scripts import SCRIPTS
from tasks.reading.channel_columns import OWN

REFERENCE = Path(__file__).parents[2] / "deployments" / "reference"
PARTICIPATING = (
    "市委组织部、市委编办、市政府办公厅（市口岸办）、市教育局、市科技局、市民政局、市财政局、"
    "市人力资源社会保障局、市城市管理局、市水务管理局、市农业农村局、市海洋发展局、"
    "市园林和林业局、市文化和旅游局、市卫生健康委、市应急局、市国资委、市体育局、市统计局、"
    "市医保局、市国防动员办公室、市地方金融监管局、市大数据局、市民营经济局、青岛仲裁办、"
    "市总工会、市工商联、市住房公积金管理中心、市税务局、青岛海关、人民银行青岛市中心支行、"
    "青岛市监局、青岛银保监局、国网青岛供电公司、市通信管理局"
)
FIELDS = (
    "政法、发展改革、工业和信息化、商务、住房城乡建设、交通运输、土地规划、市场监管、"
    "生态环保、行政审批"
)
DISTRICTS = "市南区、市北区、李沧区、崂山区、青岛西海岸新区、城阳区、即墨区、胶州市、平度市、莱西市"
NOTICED = {Kind.HARM, Kind.MULTI, Kind.INSPECTION}
DOUBTFUL = "qingdaoshijianju"

Entry = dict[str, Any]


def read(name: str, table: str) -> list[Entry]:
    rows: list[Entry] = tomllib.loads((REFERENCE / name).read_text("utf-8"))[table]
    return rows


UNITS = {unit["code"]: unit for unit in read("units.toml", "unit")}
CHANNELS = {channel["code"]: channel for channel in read("channels.toml", "channel")}
DISPATCH = tomllib.loads((REFERENCE / "dispatch.toml").read_text("utf-8"))
with (REFERENCE / "sample_ledger.csv").open(encoding="utf-8", newline="") as ledger:
    LEDGER = list(csv.DictReader(ledger))


def ranked(table: str, subject: str, body: str) -> list[tuple[int, str]]:
    """Score as the head of dispatch.toml describes it, best first."""
    scores = [
        (sum(k["weight"] * (2 * (k["word"] in subject) + (k["word"] in body)) for k in words), code)
        for code, words in ((entry["code"], entry["keywords"]) for entry in DISPATCH[table])
    ]
    return sorted(scores, key=lambda score: -score[0])


def units_named(row: dict[str, str]) -> list[str]:
    assisting = row["协办单位"].split(";") if row["协办单位"] else []
    return [row["主办单位"], *assisting]


def rows_played(*scripts: str) -> list[dict[str, str]]:
    return [row for row in LEDGER if row["情景"] in scripts]


def names(kind: str) -> list[str]:
    return [unit["name"] for unit in UNITS.values() if unit["kind"] == kind]


def test_the_thirty_five_participating_units_are_named_as_announced() -> None:
    assert len(names("participating")) == 35
    assert "、".join(names("participating")) == PARTICIPATING


def test_districts_and_zones_are_registered() -> None:
    assert "、".join(names("district")) == DISTRICTS
    assert names("zone") == ["青岛高新区", "青岛蓝谷"]


def test_office_and_discipline_organ_are_registered() -> None:
    assert UNITS["office"]["name"] == "专项行动办公室"
    assert (UNITS["jiwei"]["name"], UNITS["jiwei"]["kind"]) == ("市纪委监委", "organ")


def test_unit_codes_are_unique_slugs() -> None:
    codes = [unit["code"] for unit in read("units.toml", "unit")]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", code) for code in codes)


def test_no_two_units_share_a_name_or_an_alias() -> None:
    used = Counter(n for unit in UNITS.values() for n in {unit["name"], *unit["aliases"]})
    assert [name for name, times in used.items() if times > 1] == []


def test_every_unit_has_the_three_persons() -> None:
    assert [c for c, u in UNITS.items() if not (u["leader"] and u["deputy"] and u["contact"])] == []


def test_a_later_name_is_an_alias_with_its_first_day() -> None:
    renamed = [(unit, later) for unit in UNITS.values() for later in unit.get("renamed", [])]
    assert len(renamed) == 2
    for unit, later in renamed:
        assert later["name"] in unit["aliases"]
        assert isinstance(later["valid_from"], date)


def test_the_doubtful_unit_is_marked_and_gets_no_matter() -> None:
    assert [code for code, unit in UNITS.items() if unit["doubtful"]] == [DOUBTFUL]
    assert "存疑" in UNITS[DOUBTFUL]["note"]
    routed = [c for u in DISPATCH["unit"] for c in (u["code"], u["verifying"])]
    assert DOUBTFUL not in routed
    assert ranked("unit", "向青岛市监局投诉食品安全", "超市出售过期食品")[0][1] == "shichang"


def test_key_fields_are_the_ten_announced_and_have_units() -> None:
    fields = read("fields.toml", "field")
    assert "、".join(field["name"] for field in fields) == FIELDS
    assert len({field["code"] for field in fields}) == len(fields)
    assert all(field["units"] and set(field["units"]) <= UNITS.keys() for field in fields)
    leads = {field["name"]: UNITS[field["units"][0]]["name"] for field in fields}
    assert leads["市场监管"] == "市市场监管局"


def test_channels_cover_the_three_layers() -> None:
    assert len(CHANNELS) == len(read("channels.toml", "channel")) == 15
    layers = Counter(channel["layer"] for channel in CHANNELS.values())
    assert layers == {"self": 3, "city": 6, "society": 6}


def test_channels_name_known_users_urgencies_and_columns() -> None:
    for channel in CHANNELS.values():
        single = set(single_units(channel["users"]))
        assert {user for user in channel["users"] if user in USERS} | {
            f"{ONE_UNIT}{unit}" for unit in single
        } == set(channel["users"])
        assert single <= UNITS.keys()
        assert channel["urgency"] in list(Urgency)
        assert set(channel["extra_fields"]) <= OWN.keys()


def test_only_districts_and_zones_screen_projects_that_never_landed() -> None:
    assert CHANNELS["unlanded"]["users"] == ["district", "zone"]


def test_a_hotline_message_is_ordinary_and_an_inspection_finding_is_an_inspection_case() -> None:
    kinds = {code: channel["kind"] for code, channel in CHANNELS.items()}
    assert kinds.pop("12345") == Kind.ORDINARY
    assert {kinds.pop("inspection"), kinds.pop("lookback")} == {Kind.INSPECTION}
    assert set(kinds.values()) == {Kind.HARM}


def test_dispatch_rules_name_registered_units_and_all_environments() -> None:
    routed = {code for unit in DISPATCH["unit"] for code in (unit["code"], unit["verifying"])}
    assert routed <= UNITS.keys()
    assert {UNITS[code]["kind"] for code in routed} <= {"participating", "department"}
    assert [entry["code"] for entry in DISPATCH["environment"]] == list(Environment)
    assert DISPATCH["default_environment"] in list(Environment)
    assert UNITS[DISPATCH["department_verifier"]]["kind"] == "office"


@pytest.mark.parametrize("table", ["unit", "environment"])
def test_a_rule_lists_each_word_once_with_a_weight(table: str) -> None:
    for entry in DISPATCH[table]:
        words = [keyword["word"] for keyword in entry["keywords"]]
        assert len(words) == len(set(words)), entry["code"]
        assert all(1 <= keyword["weight"] <= 8 for keyword in entry["keywords"]), entry["code"]
    codes = [entry["code"] for entry in DISPATCH[table]]
    assert len(codes) == len(set(codes))


def test_regions_are_districts_and_zones_and_share_no_word() -> None:
    kinds = {UNITS[region["code"]]["kind"] for region in DISPATCH["region"]}
    assert kinds == {"district", "zone"}
    assert len(DISPATCH["region"]) == 12
    used = Counter(word for region in DISPATCH["region"] for word in region["words"])
    assert max(used.values()) == 1


@pytest.mark.parametrize(
    ("subject", "body", "unit"),
    [
        ("物业公司乱收物业费", "业委会没有同意，物业照收。", "zhujian"),
        ("楼下餐馆油烟扰民", "每天晚上油烟直冲居民家中。", "chengguan"),
        ("自来水发黄", "水龙头放出的自来水又黄又浑。", "shuiwu"),
        ("小学学区怎么划分", "孩子明年入学，想知道学区。", "jiaoyu"),
        ("路口红绿灯时间太短", "老人走不完斑马线就变灯了。", "gongan"),
        ("公交车等候时间太长", "高峰时公交要等半小时。", "jiaotong"),
        ("个税退税没有到账", "向税务局申请退税一个月了。", "shuiwuju"),
        ("公司不缴社保", "入职两年没有养老保险。", "renshe"),
        ("公积金贷款审批慢", "公积金贷款交了材料没有消息。", "gongjijin"),
        ("房产证迟迟办不下来", "入住三年没有不动产登记。", "ziranziyuan"),
        ("工厂夜里排放废气", "环境污染严重，废气刺鼻。", "shengtai"),
        ("医院收费不合理", "门诊看病，医生开了很多检查。", "weijian"),
        ("医保异地就医不能报销", "备案了医保还是不能报销。", "yibao"),
        ("经常停电", "夏天用电高峰，供电不稳。", "guowang"),
        ("超市卖过期食品", "食品安全没有人管。", "shichang"),
    ],
)
def test_a_common_hotline_matter_is_settled_to_its_department(
    subject: str, body: str, unit: str
) -> None:
    (best, code), (second, _), *_ = ranked("unit", subject, body)
    assert code == unit
    assert best >= DISPATCH["threshold"]
    assert best - second >= DISPATCH["margin"]


def test_a_message_that_names_no_matter_is_left_to_the_office() -> None:
    assert ranked("unit", "请领导关注", "希望早日得到回音。")[0][0] < DISPATCH["threshold"]


def test_the_ledger_is_large_numbered_and_in_order_of_time() -> None:
    assert len(LEDGER) >= 66
    assert [row["编号"] for row in LEDGER] == [f"S{n:03d}" for n in range(1, len(LEDGER) + 1)]
    times = [datetime.fromisoformat(row["发现时间"]) for row in LEDGER]
    assert times == sorted(times)
    assert {time.utcoffset() for time in times} == {timedelta(hours=8)}
    assert times[0].date() == date(2026, 3, 2)
    assert (times[-1].year, times[-1].month) == (2026, 12)


def test_ledger_references_exist() -> None:
    for row in LEDGER:
        assert row["渠道"] in CHANNELS, row
        assert set(units_named(row)) <= UNITS.keys(), row
        assert not row["改派单位"] or row["改派单位"] in UNITS, row
        assert row["环境"] in list(Environment), row
        assert row["类别"] in list(Kind), row
        assert row["紧急程度"] in list(Urgency), row


def test_the_ledger_uses_every_channel_environment_and_many_units() -> None:
    assert {row["渠道"] for row in LEDGER} == CHANNELS.keys()
    assert {row["环境"] for row in LEDGER} == set(Environment)
    assert len({row["主办单位"] for row in LEDGER}) >= 30
    assert DOUBTFUL not in {unit for row in LEDGER for unit in units_named(row)}


def test_every_script_is_played_and_those_that_end_twice_or_more() -> None:
    played = Counter(row["情景"] for row in LEDGER)
    assert played.keys() == set(SCRIPTS)
    assert min(n for script, n in played.items() if not script.startswith("open_")) >= 2
    assert played["prompt"] == max(played.values())


def test_only_fictional_telephones_stand_in_the_ledger() -> None:
    phones = [row["联系电话"] for row in LEDGER if row["联系电话"]]
    assert all(re.fullmatch(r"1380000\d{4}", phone) for phone in phones)
    assert len(phones) == len(set(phones))
    assert not any(re.search(r"\d{7,}", row["事由"] + row["问题描述"]) for row in LEDGER)


def test_no_reporter_is_named_in_the_text() -> None:
    for row in LEDGER:
        assert not row["反映人"] or row["反映人"] not in row["事由"] + row["问题描述"], row


def test_several_units_make_a_several_unit_case() -> None:
    for row in LEDGER:
        if row["类别"] != Kind.INSPECTION:
            assert (row["类别"] == Kind.MULTI) == bool(row["协办单位"]), row
        assert len(set(units_named(row))) == len(units_named(row)), row


def test_scripts_fit_their_cases() -> None:
    callback = rows_played("dissatisfied", "unreachable")
    assert all(row["联系电话"] for row in callback)
    assert all(row["类别"] in NOTICED for row in rows_played("objection", "relapse"))
    assert all(row["紧急程度"] == "emergency" for row in rows_played("emergency"))
    assert all(row["改派单位"] == "jiwei" for row in rows_played("referred"))
    assert all(row["改派单位"] for row in rows_played("returned", "return_final"))


def test_a_merged_case_follows_one_of_the_same_unit() -> None:
    for row in rows_played("merged", "split"):
        before = LEDGER[LEDGER.index(row) - 1]
        assert before["主办单位"] == row["主办单位"], row
        assert before["情景"] not in {"merged", "split", "referred", "rejected"}, row


def test_a_return_suggests_a_unit_that_does_not_handle_the_case() -> None:
    for row in rows_played("returned", "return_final"):
        assert row["改派单位"] not in units_named(row), row


def test_the_rules_find_a_matter_for_every_district_of_the_ledger() -> None:
    rows = [r for r in LEDGER if UNITS[r["主办单位"]]["kind"] in {"district", "zone"}]
    assert len(rows) >= 10
    found = [ranked("unit", row["事由"], row["问题描述"])[0][0] for row in rows]
    assert min(found) > 0


def test_the_rules_agree_with_the_ledger_on_most_environments() -> None:
    agreed = sum(
        ranked("environment", row["事由"], row["问题描述"])[0][1] == row["环境"] for row in LEDGER
    )
    assert agreed >= 0.8 * len(LEDGER)
