"""Monitoring points: words made into an entry of their registry."""

from collections.abc import Mapping
from datetime import date

from domain.activities import PointKind
from domain.errors import Misuse, Refused
from domain.wording import mask
from models.engine import transaction
from models.points import Point, put_point
from tasks.activities.planning import read_day
from tasks.desk import Desk
from tasks.ordering.order import choice
from tasks.reading.words import line

_LONGEST_CODE = 40


def add_point(desk: Desk, words: Mapping[str, str]) -> tuple[Point, str]:
    """Enter a point, or change the one of its code; gives ``added``, ``changed`` or ``same``."""
    point = understand_point(desk, words)
    with transaction(desk.engine) as connection:
        return point, put_point(connection, point)


def understand_point(desk: Desk, words: Mapping[str, str]) -> Point:
    """Make a point of the words ``code, name, kind, district, unit, valid_from, valid_to``.

    The contact unit is the district where none is named.
    """
    code, name = line(words.get("code", "")), mask(line(words.get("name", "")))
    if not code or len(code) > _LONGEST_CODE or mask(code) != code or ":" in code:
        raise Misuse(f"监测点编号应为 1 到 {_LONGEST_CODE} 个字，不含冒号和电话、证件号码。")
    if not name:
        raise Misuse(f"监测点 {code} 没有名称，请补上。")
    district = desk.directory.unit(words.get("district", ""))
    if district not in desk.directory.districts:
        raise Refused(f"{desk.directory.name(district)}不是区市或功能区，请改写监测点所在区市。")
    first, last = _day(words, "valid_from"), _day(words, "valid_to")
    if first and last and last < first:
        raise Misuse(f"监测点 {code} 的停用日期早于启用日期，请更正。")
    return Point(
        code=code,
        name=name,
        kind=choice(PointKind, words.get("kind", ""), "监测点类型"),
        district=district,
        unit=desk.directory.unit(words["unit"]) if words.get("unit") else district,
        valid_from=first,
        valid_to=last,
    )


def _day(words: Mapping[str, str], name: str) -> date | None:
    given = words.get(name, "")
    return read_day(given, "日期") if given else None
