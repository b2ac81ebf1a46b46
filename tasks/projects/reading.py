"""Inventories of projects as districts keep them: csv or xlsx, columns by Chinese headers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from domain.calendar import local_date
from domain.codes import Term
from domain.errors import Refused
from domain.inventories import TITLES, Read, Refusal
from domain.projects import SETTLED, Cause, Project, ProjectStatus
from domain.wording import mask
from tasks.reading.columns import Columns
from tasks.reading.dates import read_date
from tasks.reading.files import open_table
from tasks.reading.rows import RawRow
from tasks.reading.words import line

_NAME, _CODE = "subject", "body"
"""The fields by which the header of a file is known."""
COLUMNS: Columns = {
    _NAME: ("项目名称", "签约项目", "名称", "name"),
    _CODE: ("项目编号", "项目代码", "项目序号", "编号", "code"),
    "investor": ("投资方", "投资主体", "投资企业", "企业名称", "涉事主体", "investor"),
    "signed_on": ("签约日期", "签约时间", "signed_on"),
    "amount": ("协议金额（万元）", "协议金额(万元)", "协议金额", "协议投资额", "amount"),
    "starts_on": ("约定开工日期", "约定开工时间", "计划开工日期", "starts_on"),
    "status": ("状态", "项目状态", "进展阶段", "status"),
    "cause": ("原因类别", "未落地原因", "cause"),
    "cause_text": ("原因说明", "具体原因", "cause_text"),
    "progressed_on": ("最近进展日期", "最近进展时间", "progressed_on"),
}
"""What an inventory has; columns it does not know are left alone."""
_NEEDED = {_NAME: "项目名称", _CODE: "项目编号", "signed_on": "签约日期"}
_LONGEST_CODE = 60
_LONGEST = 200
_SHOWN = 40
_MOST = Decimal(10) ** 11
_CENT = Decimal("0.01")
_Coded = TypeVar("_Coded", bound=Term)


class _Wrong(Exception):
    """Why a row cannot be taken."""


@dataclass(frozen=True)
class Inventory:
    """A file read: its rows, and the columns that it has."""

    rows: Iterator[Read]
    columns: tuple[str, ...]


def read_inventory(path: Path, since: int, today: date) -> Inventory:
    """Read an inventory; refuses a file without code, name or day of signing.

    Rows signed before the year ``since``, or after ``today``, are refused one by one.
    """
    table = open_table(path, COLUMNS)
    missing = [title for name, title in _NEEDED.items() if name not in table.headers]
    if missing:
        raise Refused(f"文件 {path.name} 缺少列：{'、'.join(missing)}，请补上后再导入。")
    columns = ["name" if name == _NAME else name for name in table.headers]
    rows = (_read(row, since, today) for row in table.rows)
    return Inventory(rows, tuple(name for name in columns if name in TITLES))


def _read(row: RawRow, since: int, today: date) -> Read:
    if row.problem:
        return Refusal(row.number, row.problem)
    try:
        return row.number, _project(row.fields, since, today)
    except _Wrong as wrong:
        return Refusal(row.number, str(wrong))


def _project(fields: Mapping[str, str], since: int, today: date) -> Project:
    code, name = line(fields.get(_CODE, "")), _text(fields, _NAME)
    if not code or len(code) > _LONGEST_CODE or mask(code) != code:
        raise _Wrong(f"项目编号应为 1 到 {_LONGEST_CODE} 个字，且不是电话、证件号码")
    if not name:
        raise _Wrong("没有项目名称")
    signed = _day(fields, "signed_on", today)
    if signed is None or signed.year < since:
        raise _Wrong(f"签约日期应写明，且不早于 {since} 年")
    status = _term(fields, "status", ProjectStatus) or ProjectStatus.SIGNED
    progressed = _day(fields, "progressed_on", today)
    return Project(
        code=code,
        name=name,
        investor=_text(fields, "investor"),
        signed_on=signed,
        amount=_amount(fields),
        starts_on=_day(fields, "starts_on", None),
        status=status,
        cause=None if status in SETTLED else _term(fields, "cause", Cause),
        cause_text=_text(fields, "cause_text"),
        progressed_on=progressed,
    )


def _text(fields: Mapping[str, str], name: str) -> str:
    return mask(line(fields.get(name, ""))[:_LONGEST])


def _day(fields: Mapping[str, str], name: str, latest: date | None) -> date | None:
    given = line(fields.get(name, ""))
    if not given:
        return None
    moment = read_date(given)
    if moment is None:
        raise _Wrong(f"“{TITLES[name]}”的值“{mask(given[:_SHOWN])}”不是日期（如 2026/3/2）")
    day = local_date(moment)
    if latest and day > latest:
        raise _Wrong(f"“{TITLES[name]}”{day} 晚于今天")
    return day


def _amount(fields: Mapping[str, str]) -> Decimal | None:
    given = line(fields.get("amount", "")).replace(",", "").replace("，", "").removesuffix("万元")
    if not given:
        return None
    try:
        amount = Decimal(given)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not (amount.is_finite() and 0 <= amount < _MOST):
        raise _Wrong(f"“{TITLES['amount']}”的值“{mask(given[:_SHOWN])}”不是金额，请写数字")
    return amount.quantize(_CENT)


def _term(fields: Mapping[str, str], name: str, kind: type[_Coded]) -> _Coded | None:
    given = line(fields.get(name, ""))
    for term in kind:
        if given in {term.value, term.zh, f"已{term.zh}"}:
            return term
    if given:
        known = "、".join(term.zh for term in kind)
        raise _Wrong(f"“{TITLES[name]}”的值“{mask(given[:_SHOWN])}”不认识，可写：{known}")
    return None
