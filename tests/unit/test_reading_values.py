"""Values of a ledger understood: dates, coded words, cleaned texts, and reasons why not."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import SHANGHAI
from models.intake_rows import IncomingRow, Rejected
from tasks.reading.dates import read_date
from tasks.reading.incoming import LONGEST_BODY, understand
from tasks.reading.rows import RawRow
from tasks.reading.words import line, somebody, whole

HEADERS = {"reported_at": "发现时间", "kind": "类别"}


def row(**fields: str) -> IncomingRow:
    found = understand(RawRow(2, fields), HEADERS)
    assert isinstance(found, IncomingRow), found
    return found


def reason(**fields: str) -> str:
    found = understand(RawRow(12, fields), HEADERS)
    assert isinstance(found, Rejected), found
    assert found.row == 12
    assert found.reason.startswith("第 12 行")
    assert found.reason.count("。") == 1
    return found.reason


def shanghai(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2019/4/25 9:32:09", shanghai(2019, 4, 25, 9, 32, 9)),
        ("2018/4/24", shanghai(2018, 4, 24)),
        ("2019-04-25 09:32", shanghai(2019, 4, 25, 9, 32)),
        ("2019.4.25", shanghai(2019, 4, 25)),
        ("2019年4月25日", shanghai(2019, 4, 25)),
        ("2019年4月25日 9时32分", shanghai(2019, 4, 25, 9, 32)),
        ("2019年4月25日9时32分9秒", shanghai(2019, 4, 25, 9, 32, 9)),
        ("2026-03-02T09:40:00", shanghai(2026, 3, 2, 9, 40)),
        ("2026-03-02T09:40:00.25", shanghai(2026, 3, 2, 9, 40, 0, 250_000)),
        ("2026-03-02T01:40:00Z", datetime(2026, 3, 2, 1, 40, tzinfo=UTC)),
        ("2026-03-02T09:40:00+08:00", shanghai(2026, 3, 2, 9, 40)),
        ("2026-03-02T01:10-0030", datetime(2026, 3, 2, 1, 40, tzinfo=UTC)),
        ("2019年4月25日 14:05", shanghai(2019, 4, 25, 14, 5)),
        ("2019年4月25日下午2时5分", shanghai(2019, 4, 25, 14, 5)),
        ("2019年4月25日下午12:30", shanghai(2019, 4, 25, 12, 30)),
        ("2019.4.25 上午9:05", shanghai(2019, 4, 25, 9, 5)),
        ("２０１９／４／２５　９：３２", shanghai(2019, 4, 25, 9, 32)),
        ("20190425", shanghai(2019, 4, 25)),
        ("20190425 093209", shanghai(2019, 4, 25, 9, 32, 9)),
        ("201904250932", shanghai(2019, 4, 25, 9, 32)),
        ("43580.39732639", shanghai(2019, 4, 25, 9, 32, 9)),
        ("43580", shanghai(2019, 4, 25)),
    ],
)
def test_dates_are_read_as_ledgers_write_them(text: str, moment: datetime) -> None:
    found = read_date(text)
    assert found is not None
    assert found.replace(microsecond=found.microsecond // 10_000 * 10_000) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2019/13/45",
        "2019/2/29",
        "2019/4/25 25:00",
        "25/4/2019",
        "昨天",
        "2019/4/25 9:32:09 下午",
        "2026-03-02T09:40:00+99:00",
        "0019/4/25",
        "2919/4/25",
        "20191345",
        "201904251",
        "13800001234",
        "",
    ],
)
def test_what_is_no_date_is_not_guessed_at(text: str) -> None:
    assert read_date(text) is None


offsets = st.integers(-23 * 60, 23 * 60).map(lambda m: timezone(timedelta(minutes=m)))
moments = st.datetimes(datetime(1991, 1, 1), datetime(2100, 1, 1), timezones=offsets)  # noqa: DTZ001


@given(moments)
def test_an_instant_written_with_its_offset_is_read_back(moment: datetime) -> None:
    assert read_date(moment.isoformat()) == moment


def test_a_row_is_understood_whole() -> None:
    assert row(
        source_id=" 188006 ",
        subject="A3区\n停水",
        body="第一行\r\n第二行\x00",
        reporter="王女士",
        phone="13800001001",
        reported_at="2019/2/28 11:25:05",
        party="某物业公司",
        environment="法治环境",
        kind="ordinary",
        urgency="特急",
    ) == IncomingRow(
        number=2,
        source_id="188006",
        subject="A3区 停水",
        body="第一行\n第二行",
        reporter="王女士",
        phone="13800001001",
        reported_at=shanghai(2019, 2, 28, 11, 25, 5),
        party="某物业公司",
        environment="law",
        kind="ordinary",
        urgency="emergency",
    )


def test_what_is_not_given_stays_open() -> None:
    found = row(source_id="1", subject="停水")
    assert found == IncomingRow(2, "1", "停水")
    assert (found.reported_at, found.kind, found.urgency) == (None, "", "normal")


def test_numbers_that_say_who_somebody_is_are_masked_in_subject_and_party() -> None:
    found = row(subject="请回电13800001234", party="车牌鲁B12345", body="电话13800001234")
    assert "1380000" not in found.subject
    assert "12345" not in found.party
    assert found.body == "电话13800001234"


@given(st.integers(150, 215))
def test_a_number_across_the_cut_is_masked_too(before: int) -> None:
    subject = row(subject="水" * before + "13800001234" + "水" * 300).subject
    assert len(subject) <= 200
    assert "13" not in subject


def test_unseen_characters_do_not_hide_a_number() -> None:
    assert "1380" not in row(subject="回电138\u200b0000\u20601234").subject


def test_a_missing_subject_is_taken_from_the_body() -> None:
    assert row(body="小区停水，" * 20).subject == ("小区停水，" * 6)
    assert "13800001234" not in row(body="我的电话是13800001234").subject


@pytest.mark.parametrize("blank", ["", "  \n", "\u200b\u200b", "\x00"])
def test_a_row_that_says_nothing_is_rejected(blank: str) -> None:
    assert "既没有事由也没有内容" in reason(subject=blank, body=blank, source_id="7")


def test_a_wrong_date_is_named_with_row_column_and_value() -> None:
    assert reason(subject="停水", reported_at="2019/13/45") == (
        "第 12 行“发现时间”的值“2019/13/45”不是日期（如 2026/3/2 9:30:00）。"
    )


def test_a_reason_does_not_give_a_misplaced_phone_number_away() -> None:
    assert "13800001234" not in reason(subject="停水", reported_at="13800001234")


def test_unknown_codes_are_named_with_those_that_would_do() -> None:
    assert "“类别”的值“三级”不认识，可写：简单事项（simple）、" in reason(
        subject="停水", kind="三级"
    )
    assert "政策环境（policy）" in reason(subject="停水", environment="天气")
    assert "特急（emergency）" in reason(subject="停水", urgency="马上")


@pytest.mark.parametrize("word", ["market", "市场环境", "市场", "MARKET"])
def test_a_code_may_be_given_in_words(word: str) -> None:
    assert row(subject="停水", environment=word).environment == "market"


def test_a_row_the_reader_could_not_read_is_rejected_with_its_problem() -> None:
    assert understand(RawRow(3, {}, "不是一个 JSON 对象"), {}) == Rejected(
        3, "第 3 行不是一个 JSON 对象。"
    )


def test_what_is_too_long_is_rejected_not_cut() -> None:
    assert "超过 100 万字" in reason(subject="停水", body="水" * (LONGEST_BODY + 1))
    assert "超过 200 字" in reason(subject="停水", source_id="9" * 201)
    assert len(row(body="水" * LONGEST_BODY).body) == LONGEST_BODY


def test_without_a_source_id_the_content_is_the_name() -> None:
    first, again, other = (
        row(subject="停水", body=body).source_id for body in ("三天", "三天 ", "四天")
    )
    assert first == again != other
    assert first.startswith("sha256:")


@pytest.mark.parametrize("word", ["匿名", " 无 ", "-", "N/A", ""])
def test_a_reporter_who_is_nobody_is_nobody(word: str) -> None:
    assert row(subject="停水", reporter=word, phone=word)[4:6] == ("", "")


@given(st.text())
def test_cleaned_texts_can_be_stored_and_cleaning_twice_changes_nothing(text: str) -> None:
    for cleaned in (whole, line, somebody):
        once = cleaned(text)
        assert cleaned(once) == once
        assert "\x00" not in once
        once.encode()
    assert "\n" not in line(text)
    assert "\r" not in whole(text)
