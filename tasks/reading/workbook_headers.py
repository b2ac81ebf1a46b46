"""The header of a sheet, which may take several rows: 联系方式 above 姓名 and 电话.

Each column then has one name: the one that is known among its upper and lower names.
"""

from collections.abc import Iterator, Sequence

from tasks.reading.columns import Columns, Row, fields_in
from tasks.reading.workbook_sheet import Area, SheetRow

_DEEPEST = 4
"""Rows of a header at most."""


def headers_in(
    first: Sequence[SheetRow], merged: Sequence[Area], columns: Columns
) -> Iterator[Row]:
    """Give the first rows of a sheet as the headers that they may be, each by its last row."""
    for place, row in enumerate(first):
        here = [area for area in merged if area.top <= row.number + _DEEPEST]
        last = _last(row, first[place + 1 :], here)
        rows = [one for one in first[place:] if one.number <= last]
        yield last, _names(rows, here, columns)


def _last(row: SheetRow, below: Sequence[SheetRow], merged: Sequence[Area]) -> int:
    """The row that a header beginning in ``row`` ends in; a title alone in its row is none."""
    starting = [area for area in merged if area.top == row.number and area.left in row.cells]
    if len(row.cells) == 1 or not starting:
        return row.number
    deepest = max(area.bottom for area in starting)
    if row.number < deepest < row.number + _DEEPEST:
        return deepest
    across = {column for area in starting for column in range(area.left, area.right + 1)}
    if below and below[0].number == row.number + 1 and below[0].cells.keys() <= across:
        return below[0].number
    return row.number


def _names(rows: Sequence[SheetRow], merged: Sequence[Area], columns: Columns) -> list[str]:
    width = max(max(row.cells) for row in rows) + 1
    for area in merged:
        if area.top == rows[0].number and area.left < width:
            width = max(width, min(area.right + 1, width + len(rows[0].cells)))
    return [_name([_at(row, place, merged) for row in rows], columns) for place in range(width)]


def _at(row: SheetRow, place: int, merged: Sequence[Area]) -> str:
    """What stands in a cell of the header; of cells merged across, in each of them."""
    for area in merged:
        if area.top == row.number and area.left <= place <= area.right:
            place = area.left
    found = row.cells.get(place)
    return found.text if found else ""


def _name(levels: Sequence[str], columns: Columns) -> str:
    """Name a column by what stands above it, the upper before the lower."""
    said = [level for level in levels if level.strip()]
    whole = "".join(said)
    candidates = (whole, *reversed(said))
    return next((name for name in candidates if fields_in([name], columns)), whole)
