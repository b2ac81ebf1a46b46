"""One case's changed cells understood: what each says now and would say, and their order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from domain.codes import Environment, Mode
from domain.editing import PARTY, SUBJECT, check_label
from domain.errors import Misuse
from domain.referring import WITHHELD
from domain.wording import check_opinion, mask
from tasks.desk import Desk
from tasks.ledger.reading import Edited, column_for
from tasks.ordering.by_ledger import Labels, Units, edit, redispatch
from tasks.ordering.order import Order, choice


@dataclass(frozen=True)
class Cell:
    """A changed cell: where it stands, and in words what it says now and would say."""

    sheet: str
    row: int
    no: str
    column: str
    old: str
    new: str


@dataclass
class Change:
    """What the cells of one case ask for; filled in by ``understood``."""

    no: str
    reason: str
    actor: str
    labels: Labels = field(default_factory=Labels)
    units: dict[str, Any] = field(default_factory=dict)

    def order(self, desk: Desk, row: Mapping[str, Any]) -> Order:
        """The one order of the case: a change of unit takes the labels along."""
        if not self.units:
            return edit(desk, self.no, row["seq"], self.labels, self.actor)
        units = Units(
            self.units.get("unit", row["lead_unit"]),
            self.units.get("assist", ()),
            self.units.get("verify", ""),
        )
        return redispatch(desk, self.no, row["seq"], units, self.labels, self.reason, self.actor)


def understood(
    desk: Desk, rows: Sequence[Edited], row: Mapping[str, Any], change: Change
) -> Iterator[Cell]:
    """Read the cells of a case's rows into ``change``; gives those that say something new.

    Refuses a cell that cannot be taken, and a change of unit without a reason.
    """
    taken: dict[str, str] = {}
    for one in rows:
        for edits, text in one.texts.items():
            if taken.setdefault(edits, text) != text:
                raise Misuse(f"同一案件的“{column_for(one.sheet, edits).title}”在表中有两种写法")
            title = column_for(one.sheet, edits).title
            old, new = _read(desk, change, row, edits, text)
            if old != new:
                yield Cell(one.sheet, one.row, one.no, title, old, new)
    if change.units:
        _with_reason(row, change)


def _read(
    desk: Desk, change: Change, row: Mapping[str, Any], edits: str, text: str
) -> tuple[str, str]:
    """Take one cell; gives what it says now and would say."""
    if edits in (SUBJECT, PARTY) and text == WITHHELD:
        return text, text
    if edits == PARTY and row["mode"] == Mode.DISCIPLINE:
        raise Misuse("涉及执纪的案件不能经台账更正涉事主体")
    if edits == PARTY and row["party_hidden"]:
        raise Misuse("涉事主体不向单位显示的案件不能经台账更正涉事主体")
    if edits in (SUBJECT, PARTY):
        new = check_label(edits, text)
        if new != mask(row[edits]):
            given: dict[str, Any] = {edits: new}
            change.labels = replace(change.labels, **given)
        return mask(row[edits]), new
    if edits == "environment":
        code = choice(Environment, text, "六个环境")
        if code != row["environment"]:
            change.labels = replace(change.labels, environment=code)
        return Environment(row["environment"]).zh if row["environment"] else "", code.zh
    return _units(desk, change, row, edits, text)


_FIELDS = {"unit": "lead_unit", "assist": "assisting", "verify": "verifying_unit"}
_NAMES = {"unit": "主办单位", "assist": "协办单位", "verify": "验收单位"}


def _units(
    desk: Desk, change: Change, row: Mapping[str, Any], edits: str, text: str
) -> tuple[str, str]:
    names = [
        part for part in text.replace("，", "、").replace(",", "、").split("、") if part.strip()
    ]
    if not names:
        raise Misuse(f"{_NAMES[edits]}不能清空，请写明单位")
    if len(names) > 1 and edits != "assist":
        raise Misuse(f"{_NAMES[edits]}只能写一个单位")
    codes = [desk.directory.unit(name.strip()) for name in names]
    now = row[_FIELDS[edits]]
    was = list(now) if edits == "assist" else [now] if now else []
    if codes != was:
        change.units[edits] = tuple(codes) if edits == "assist" else codes[0]
    return "、".join(map(desk.directory.name, was)), "、".join(map(desk.directory.name, codes))


def _with_reason(row: Mapping[str, Any], change: Change) -> None:
    if not (row["lead_unit"] or "unit" in change.units):
        raise Misuse("该案尚未交办，请先写明主办单位")
    change.reason = check_opinion(change.reason)
    if row["lead_unit"] and not change.reason:
        raise Misuse("改派须写明理由，请在导入时加 --reason")
