"""Plans of a quarter and registries of points from files, row by row, with a preview."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from domain.errors import RectifyError, Refused
from models.engine import transaction
from models.points import put_point
from tasks.activities.planning import OFFICE, Who, put, recording, understood
from tasks.activities.points import understand_point
from tasks.desk import Desk
from tasks.reading.columns import Columns
from tasks.reading.files import open_table
from tasks.reading.rows import RawRow
from tasks.reading.words import line

_FIRST, _SECOND = "subject", "body"
"""The fields by which the header of a file is known."""
_LONGEST = 200
PLAN_COLUMNS: Columns = {
    _FIRST: ("单位", "责任单位", "组织单位", "单位名称", "unit"),
    _SECOND: ("计划日期", "日期", "时间", "planned_on"),
    "kind": ("活动类型", "类型", "活动", "kind"),
    "place": ("地点", "大厅", "服务大厅", "place"),
    "target": ("被查单位", "走访单位", "target"),
    "point": ("监测点", "监测点编号", "point"),
    "team": ("督查队伍", "队伍", "team"),
    "manner": ("方式", "督查方式", "manner"),
}
"""What a plan of activities has; columns it does not know are left alone."""
POINT_COLUMNS: Columns = {
    _FIRST: ("监测点名称", "名称", "name"),
    _SECOND: ("监测点编号", "编号", "代码", "code"),
    "kind": ("类型", "监测点类型", "kind"),
    "district": ("区市", "所在区市", "属地", "district"),
    "unit": ("联系单位", "联系部门", "责任单位", "unit"),
    "valid_from": ("启用日期", "设立日期", "valid_from"),
    "valid_to": ("停用日期", "撤销日期", "valid_to"),
}
"""What a registry of monitoring points has."""


class Bad(NamedTuple):
    """A row that cannot be taken, and why in a Chinese sentence."""

    row: int
    reason: str


@dataclass
class Imported:
    """Rows read, with what became of each: ``rows`` are what they say, with their outcome."""

    read: int = 0
    rows: list[tuple[int, object, str]] = field(default_factory=list)
    refused: list[Bad] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        """Count the rows that came to this: ``added``, ``changed`` or ``same``."""
        return sum(found == outcome for _, _, found in self.rows)


Taken = tuple[object, str]
Take = Callable[[Connection, Mapping[str, str]], Taken]


def import_plans(
    desk: Desk, path: Path, kind: str = "", who: Who = OFFICE, *, preview: bool = False
) -> Imported:
    """Plan what a file lists; ``kind`` is that of rows that name none. Rows are taken once."""

    def take(connection: Connection, given: Mapping[str, str]) -> Taken:
        words = {**given, "unit": given.get(_FIRST, ""), "on": given.get(_SECOND, "")}
        words["kind"] = given.get("kind") or kind
        plan = understood(desk, connection, words, who.by)
        made = put(connection, plan, recording(desk, who))
        return made.plan, "added" if made.new else "same"

    return _imported(desk, path, PLAN_COLUMNS, take, preview=preview)


def import_points(desk: Desk, path: Path, *, preview: bool = False) -> Imported:
    """Enter the monitoring points that a file lists, or change those of the same code."""

    def take(connection: Connection, given: Mapping[str, str]) -> Taken:
        words = {**given, "name": given.get(_FIRST, ""), "code": given.get(_SECOND, "")}
        point = understand_point(desk, words)
        return point, put_point(connection, point)

    return _imported(desk, path, POINT_COLUMNS, take, preview=preview)


def _imported(
    desk: Desk, path: Path, columns: Columns, take: Take, *, preview: bool = False
) -> Imported:
    table = open_table(path, columns)
    missing = [columns[name][0] for name in (_FIRST, _SECOND) if name not in table.headers]
    if missing:
        raise Refused(f"文件 {path.name} 缺少列：{'、'.join(missing)}，请补上后再导入。")
    made = Imported()
    with transaction(desk.engine) as connection:
        for row in table.rows:
            made.read += 1
            _take(made, row, lambda given: take(connection, given))
        if preview:
            connection.rollback()
    return made


def _take(made: Imported, row: RawRow, take: Callable[[Mapping[str, str]], Taken]) -> None:
    if row.problem:
        made.refused.append(Bad(row.number, row.problem))
        return
    try:
        said, outcome = take({name: line(text)[:_LONGEST] for name, text in row.fields.items()})
    except RectifyError as refusal:
        made.refused.append(Bad(row.number, refusal.sentence))
    else:
        made.rows.append((row.number, said, outcome))
