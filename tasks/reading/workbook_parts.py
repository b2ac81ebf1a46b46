"""What a workbook is made of: which sheet is read, and the parts that its cells refer to.

Macros, links to other files and whatever else is in it stay where they are.
"""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipFile

from domain.errors import Refused
from tasks.reading.workbook_faults import no_workbook
from tasks.reading.workbook_strings import shared_strings
from tasks.reading.workbook_styles import date_styles
from tasks.reading.workbook_xml import Attributes, attribute, nothing, run

_MACROS = "vbaProject.bin"


@dataclass(frozen=True)
class Book:
    """Where the sheet to read is, what it is called, and what its cells refer to.

    ``dates`` are the numbers of the cell styles that show dates; ``epoch_1904`` says from when days
    are counted. ``others`` names the sheets not read, but hidden ones behind it.
    """

    sheet: str
    name: str
    strings: tuple[str, ...]
    dates: frozenset[int]
    epoch_1904: bool = False
    others: tuple[str, ...] = ()
    macros: bool = False


def book_of(archive: ZipFile, path: Path) -> Book:
    """Read the parts; the sheet is the first that is visible."""
    main = _target(archive, "_rels/.rels", "officeDocument")
    index = _Index()
    run(archive.open(main), index.start, nothing, nothing)
    related = _related(archive, _rels_of(main))
    base = posixpath.dirname(main)
    sheets = [
        (name, _joined(base, related[link][1]), hidden)
        for name, link, hidden in index.sheets
        if related[link][0] == "worksheet"
    ]
    if not sheets:
        raise no_workbook(path)
    visible = [sheet for sheet in sheets if not sheet[2]]
    if not visible:
        raise Refused(f"工作簿 {path.name} 的工作表都是隐藏的，请取消隐藏要登记的那一张后再试。")
    name, sheet, _ = visible[0]
    hidden = [f"{other}（隐藏）" for other, _, _ in sheets[: sheets.index(visible[0])]]
    parts = {kind: _joined(base, target) for kind, target in related.values()}
    return Book(
        sheet=sheet,
        name=name,
        strings=shared_strings(archive, parts.get("sharedStrings", "")),
        dates=date_styles(archive, parts.get("styles", "")),
        epoch_1904=index.epoch_1904,
        others=(*hidden, *(other for other, _, _ in visible[1:])),
        macros=any(name.endswith(_MACROS) for name in archive.namelist()),
    )


@dataclass
class _Index:
    """The workbook's own part: its sheets with name, link, and whether they are hidden."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    epoch_1904: bool = False

    def start(self, name: str, given: Attributes) -> None:
        if name == "sheet":
            hidden = given.get("state", "visible") != "visible"
            self.sheets.append((given.get("name", ""), attribute(given, "id"), hidden))
        elif name == "workbookPr":
            self.epoch_1904 = given.get("date1904", "") in ("1", "true")


def _target(archive: ZipFile, rels: str, kind: str) -> str:
    found = dict(_related(archive, rels).values())
    return _joined("", found[kind])


def _related(archive: ZipFile, rels: str) -> Mapping[str, tuple[str, str]]:
    """By id, the kind and place of what a part refers to; what lies outside is left out."""
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, given: Attributes) -> None:
        if name == "Relationship" and given.get("TargetMode") != "External":
            kind = given.get("Type", "").rpartition("/")[2]
            found[given.get("Id", "")] = (kind, given.get("Target", ""))

    run(archive.open(rels), start, nothing, nothing)
    return found


def _rels_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _joined(base: str, target: str) -> str:
    whole = target if target.startswith("/") else posixpath.join(base, target)
    return posixpath.normpath(whole).lstrip("/")
