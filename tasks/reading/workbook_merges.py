"""Merged cells of the rows below the header: what is merged downward counts in each of its rows."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tasks.reading.workbook_cells import Cell
from tasks.reading.workbook_sheet import Area, SheetRow

_EMPTY = Cell("")


@dataclass
class Column:
    """The merged areas of one column, from the top; ``value`` is what the last one says."""

    areas: list[Area] = field(default_factory=list)
    value: Cell = _EMPTY

    def at(self, row: int) -> Area | None:
        """Give the area that a row of the column lies in."""
        place = bisect_right(self.areas, row, key=lambda area: area.top) - 1
        found = self.areas[place] if place >= 0 else None
        return found if found is not None and row <= found.bottom else None


class Merges:
    """The merged areas of the columns that are read, by field."""

    def __init__(self, merged: Iterable[Area], places: Mapping[str, int]) -> None:
        areas = sorted(merged)
        self._places = places
        self._columns = {
            place: Column([area for area in areas if area.left <= place <= area.right])
            for place in places.values()
        }

    def fields(self, row: SheetRow) -> dict[str, Cell]:
        """Give what a row says by field; nothing where it is only the lower part of another row.

        Of cells merged downward each row has the value, of cells merged across only the first. The
        number of a problem that is merged over several rows stands for several problems.
        """
        found, own = {}, False
        for name, place in self._places.items():
            area = self._columns[place].at(row.number)
            given = row.cells.get(place)
            if area is None:
                own = own or given is not None
                found[name] = given or _EMPTY
            elif area.left == place:
                top = row.number == area.top
                own = own or (top and given is not None)
                found[name] = self._of_area(name, place, row.number - area.top, given)
        return found if own else {}

    def _of_area(self, name: str, place: int, below: int, given: Cell | None) -> Cell:
        column = self._columns[place]
        if below == 0:
            column.value = given or _EMPTY
        value = column.value
        if below and name == "source_id" and value.text:
            return Cell(f"{value.text}#{below + 1}")
        return value
