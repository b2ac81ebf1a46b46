"""The registry of monitoring points."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Connection

from domain.activities import PointKind
from domain.errors import Misuse

_COLUMNS = "code, name, kind, district, unit, valid_from, valid_to"
_LIST = f"select {_COLUMNS} from monitoring_point order by district, code"
_ONE = f"select {_COLUMNS} from monitoring_point where code = %(code)s"
_PUT = f"""
insert into monitoring_point ({_COLUMNS})
values (%(code)s, %(name)s, %(kind)s, %(district)s, %(unit)s, %(valid_from)s, %(valid_to)s)
on conflict (code) do update set name = excluded.name, kind = excluded.kind,
    district = excluded.district, unit = excluded.unit, valid_from = excluded.valid_from,
    valid_to = excluded.valid_to
"""


@dataclass(frozen=True)
class Point:
    """A monitoring point; ``unit`` keeps contact with it. Its validity includes both days."""

    code: str
    name: str
    kind: PointKind
    district: str
    unit: str
    valid_from: date | None = None
    valid_to: date | None = None


def points(connection: Connection) -> list[Point]:
    """List them by district and code."""
    return [_point(dict(row)) for row in connection.exec_driver_sql(_LIST).mappings()]


def find_point(connection: Connection, code: str) -> Point:
    """Find one by its code; refuses an unknown one."""
    row = connection.exec_driver_sql(_ONE, {"code": code}).mappings().one_or_none()
    if row is None:
        raise Misuse(f"没有编号为“{code}”的监测点，请用 ./rectify point list 查看。")
    return _point(dict(row))


def put_point(connection: Connection, point: Point) -> str:
    """Enter a point, or change the one of its code; gives ``added``, ``changed`` or ``same``."""
    row = connection.exec_driver_sql(_ONE, {"code": point.code}).mappings().one_or_none()
    if row is not None and _point(dict(row)) == point:
        return "same"
    connection.exec_driver_sql(_PUT, asdict(point))
    return "added" if row is None else "changed"


def _point(row: dict[str, object]) -> Point:
    return Point(**row | {"kind": PointKind(str(row["kind"]))})  # type: ignore[arg-type]
