"""Calendar files: every mistake named with its row, and a year published only when it is whole."""

import re
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from domain.errors import Misuse, RectifyError, Refused
from tasks.reading.calendar_files import CalendarFileInvalid, ListedDay, read_calendar
from tasks.reading.calendar_years import years_published

HEADER = "date,kind,name,source"
ROW = "2027-01-01,rest,元旦,国办"
PUBLISHED = frozenset(range(2010, 2027))
NAMED = {
    "元旦": ["01-01"],
    "春节": ["02-05", "02-08", "02-09", "02-10"],
    "清明节": ["04-05"],
    "劳动节": ["05-03", "05-04"],
    "端午节": ["06-09"],
    "中秋节": ["09-15"],
    "国庆节": ["10-01", "10-04", "10-05"],
}
"""The weekdays off that the law alone gives 2027: 1 and 2 May, 2 and 3 October are weekends."""


def write(folder: Path, *rows: str, encoding: str = "utf-8", name: str = "安排.csv") -> Path:
    path = folder / name
    path.write_bytes("".join(f"{row}\r\n" for row in rows).encode(encoding))
    return path


def mistakes(path: Path) -> list[tuple[int, str]]:
    with pytest.raises(CalendarFileInvalid) as refused:
        read_calendar(path)
    assert "没有载入任何内容" in refused.value.sentence
    return list(refused.value.mistakes)


def listed(named: dict[str, list[str]], year: int = 2027) -> list[ListedDay]:
    days = [(name, date.fromisoformat(f"{year}-{day}")) for name in named for day in named[name]]
    return [ListedDay(row, day, "rest", name, "国办") for row, (name, day) in enumerate(days, 2)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("header", [HEADER, "日期,类型,名称,来源", "来源*,序号, 名称 ,日期,类型"])
def test_a_file_is_read_in_every_encoding_and_with_headers_in_both_languages(
    tmp_path: Path, encoding: str, header: str
) -> None:
    cells = {"date": "2027/2/14", "kind": "班", "name": "春节调休上班", "source": "国办发明电"}
    cells |= {"日期": cells["date"], "类型": "班", "名称": cells["name"], "来源": "国办发明电"}
    row = ",".join(cells.get(name.strip(" *"), "7") for name in header.split(","))
    path = write(tmp_path, header, row, encoding=encoding)
    assert read_calendar(path) == (
        ListedDay(2, date(2027, 2, 14), "work", "春节调休上班", "国办发明电"),
    )


@pytest.mark.parametrize(
    ("word", "kind"),
    [("rest", "rest"), ("Work", "work"), (" 休息 ", "rest"), ("班", "work"), ("上班", "work")],
)
@pytest.mark.parametrize("day", ["2027-01-04", "2027/1/4", "2027年1月4日"])
def test_kinds_and_dates_are_read_as_people_write_them(
    tmp_path: Path, word: str, kind: str, day: str
) -> None:
    (found,) = read_calendar(write(tmp_path, "二〇二七年安排", HEADER, f"{day},{word},元旦,国办"))
    assert (found.row, found.day, found.kind) == (3, date(2027, 1, 4), kind)


def test_days_come_in_order_whatever_their_order_in_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER, "2027-05-03,rest,劳动节,国办", "", ROW)
    assert [(day.row, day.day.month) for day in read_calendar(path)] == [(4, 1), (2, 5)]


def test_a_day_is_exceptional_where_it_departs_from_monday_to_friday() -> None:
    friday, saturday = date(2027, 1, 1), date(2027, 1, 2)
    found = {
        (day, kind): ListedDay(2, day, kind, "元旦", "国办").exceptional
        for day in (friday, saturday)
        for kind in ("rest", "work")
    }
    assert [key for key, exceptional in found.items() if exceptional] == [
        (friday, "rest"),
        (saturday, "work"),
    ]


def test_all_mistakes_are_listed_with_their_rows(tmp_path: Path) -> None:
    rows = [
        ROW,
        "2027-13-01,rest,元旦,国办",
        "2027-01-04,maybe,元旦,国办",
        "2027/1/1,休,元旦,国办",
        "2027-01-01,work,元旦,国办",
        "2027-01-05,rest,,",
        "2027-10-01,rest,国庆节,中秋节,国办",
        "2027-01-06 08:00,rest,元旦,国办",
        f"2027-01-07,rest,{'元' * 101},国办",
        "2027-01-08",
    ]
    found = mistakes(write(tmp_path, HEADER, *rows))
    assert [(row, sentence.split("，")[0]) for row, sentence in found] == [
        (3, "日期“2027-13-01”看不懂"),
        (4, "类型“maybe”看不懂"),
        (5, "2027-01-01 与第 2 行重复"),
        (6, "2027-01-01 在这里是上班"),
        (7, "没有写名称"),
        (7, "没有写来源"),
        (8, "有 5 格"),
        (9, "日期“2027-01-06 08:00”看不懂"),
        (10, "名称超过 100 字"),
        (11, "没有写名称"),
        (11, "没有写来源"),
        (11, "类型“”看不懂"),
    ]
    assert "在第 2 行是休息，互相矛盾" in found[3][1]


def test_of_very_many_mistakes_the_first_are_shown(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER, *["gestern,rest,元旦,国办"] * 500)
    with pytest.raises(CalendarFileInvalid) as refused:
        read_calendar(path)
    lines = refused.value.sentence.splitlines()
    assert "500 处错误" in lines[0]
    assert (len(lines), lines[-1]) == (52, "……")


BROKEN: list[tuple[str, bytes, type[RectifyError], str]] = [
    ("空.csv", b"", Refused, "是空的"),
    ("空行.csv", b"\n\n", Refused, "缺少 日期、类型、名称、来源"),
    ("表头.csv", f"{HEADER}\n".encode(), Refused, "只有表头"),
    ("缺列.csv", "日期,类型,备注\n2027-01-01,休,元旦\n".encode(), Refused, "缺少 名称、来源"),
    ("台账.csv", "留言编号,留言主题\n1,停水\n".encode(), Refused, "缺少 日期、类型、名称、来源"),
    ("引号.csv", f'{HEADER}\n2027-01-01,rest,"元旦,国办\n'.encode(), Refused, "引号不成对"),
    ("宽.csv", f"{HEADER}\n{ROW}\n".encode("utf-16"), Refused, "UTF-16"),
    ("坏.csv", f"{HEADER}\n{ROW}".encode() + b"\xff", Refused, "编码既不是 UTF-8 也不是 GB18030"),
    ("工作簿.csv", b"PK\x03\x04", Refused, "Excel"),
    ("工作簿.xlsx", b"PK\x03\x04", Misuse, "不是 csv 文件"),
]


@pytest.mark.parametrize(("name", "content", "kind", "said"), BROKEN, ids=[b[0] for b in BROKEN])
def test_a_file_that_is_no_calendar_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes, kind: type[RectifyError], said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(kind) as refused:
        read_calendar(path)
    assert said in refused.value.sentence
    assert "\n" not in refused.value.sentence


def test_a_file_that_is_not_there_is_a_misuse(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="不存在"):
        read_calendar(tmp_path / "没有.csv")


def test_a_whole_year_is_published() -> None:
    assert years_published(listed(NAMED), PUBLISHED) == {2027}
    assert years_published(listed({"元旦": ["01-02"]}, 2026), PUBLISHED) == set()


def test_the_example_in_the_documents_is_a_whole_year(tmp_path: Path) -> None:
    document = Path(__file__).parents[2] / "docs" / "calendar.md"
    (example,) = re.findall(r"```csv\n(.*?)```", document.read_text("utf-8"), re.DOTALL)
    path = write(tmp_path, *dedent(f"   {example.lstrip()}").splitlines())
    days = read_calendar(path)
    assert years_published(days, PUBLISHED) == {2027}
    assert all(day.exceptional for day in days)


def test_a_holiday_named_with_another_counts() -> None:
    together = NAMED | {"中秋节": [], "国庆节、中秋节": ["10-06"]}
    assert years_published(listed(together), PUBLISHED) == {2027}


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ({"清明节": [], "端午节": []}, "2027 年的安排不完整：缺 清明、端午；"),
        ({"春节": []}, "缺 春节；"),
        ({"春节": NAMED["春节"][1:]}, "缺 春节（连同除夕应有 4 天，现有 3 天）；"),
        ({"国庆节": ["10-04"]}, "缺 10月1日；"),
        ({"中秋节": [], "中秋": ["09-18"]}, "缺 中秋；"),
    ],
)
def test_a_year_that_is_not_whole_is_refused_with_what_it_lacks(
    left: dict[str, list[str]], said: str
) -> None:
    with pytest.raises(Refused) as refused:
        years_published(listed(NAMED | left), PUBLISHED)
    assert said in refused.value.sentence
    assert "--partial" in refused.value.sentence


def test_a_fixed_holiday_at_work_is_refused() -> None:
    saturday = ListedDay(99, date(2027, 5, 1), "work", "劳动节调休上班", "国办")
    with pytest.raises(Refused, match="缺 5月1日；"):
        years_published([*listed(NAMED), saturday], PUBLISHED)


def test_years_must_follow_one_another() -> None:
    later = listed(NAMED, 2029)
    with pytest.raises(
        Refused, match=r"日历已公布到 2026 年，文件中有 2029 年而没有 2027、2028 年"
    ):
        years_published(later, PUBLISHED)
    with pytest.raises(Refused, match=r"日历从 2010 年起，文件中有更早的 2008 年"):
        years_published(listed(NAMED, 2008), PUBLISHED)
