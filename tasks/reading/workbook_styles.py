"""Which of a workbook's cell styles show dates: a cell itself holds only a number of days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zipfile import ZipFile

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from tasks.reading.workbook_xml import Attributes, nothing, run

_EAST_ASIAN_DATES = frozenset([*range(27, 37), *range(50, 59)])
"""Numbers of the date formats that Chinese Excel has built in (ECMA-376 part 1, 18.8.30)."""


def date_styles(archive: ZipFile, part: str) -> frozenset[int]:
    """Number the cell styles that show dates."""
    if part not in archive.namelist():
        return frozenset()
    styles = _Styles()
    run(archive.open(part), styles.start, styles.end, nothing)
    numbered = enumerate(styles.numbers)
    return frozenset(place for place, number in numbered if _is_date(number, styles.formats))


@dataclass
class _Styles:
    """The formats that a workbook defines, and the number of the format of each cell style."""

    formats: dict[int, str] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    _of_cells: bool = False

    def start(self, name: str, given: Attributes) -> None:
        if name == "numFmt":
            self.formats[int(given["numFmtId"])] = given.get("formatCode", "")
        elif name == "cellXfs":
            self._of_cells = True
        elif name == "xf" and self._of_cells:
            self.numbers.append(int(given.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        self._of_cells = self._of_cells and name != "cellXfs"


def _is_date(number: int, formats: Mapping[int, str]) -> bool:
    code = formats.get(number) or BUILTIN_FORMATS.get(number)
    return bool(is_date_format(code)) if code else number in _EAST_ASIAN_DATES
