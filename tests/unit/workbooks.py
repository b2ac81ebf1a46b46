"""Workbooks put together by hand, as other programs and ill will write them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
HEADER = ("编号", "事由", "内容")


def inline(place: str, text: object) -> str:
    """A cell with a text of its own."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(number: int, *cells: str, hidden: bool = False) -> str:
    """A row of cells."""
    mark = ' hidden="1"' if hidden else ""
    return f'<row r="{number}"{mark}>{"".join(cells)}</row>'


def texts(number: int, *words: object) -> str:
    """A row of texts from column A on; ``None`` leaves a cell out."""
    places = zip("ABCDEFGH", words, strict=False)
    return row(number, *(inline(f"{at}{number}", word) for at, word in places if word is not None))


def sheet(*rows: str, before: str = "", merged: Iterable[str] = ()) -> str:
    """The part of a sheet."""
    areas = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
    tail = f"<mergeCells>{areas}</mergeCells>" if areas else ""
    body = f"<sheetData>{''.join(rows)}</sheetData>"
    return f"<worksheet {_MAIN}>{before}{body}{tail}</worksheet>"


def _rels(kinds: Mapping[str, str]) -> str:
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (target, kind) in enumerate(kinds.items(), start=1)
    )
    return f"<Relationships {_RELS}>{links}</Relationships>"


def pack(
    path: Path,
    *sheets: str | bytes,
    states: Mapping[int, str] | None = None,
    strings: str = "",
    styles: str = "",
    more: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a workbook of these sheets, ``states`` saying which are hidden; ``more`` parts."""
    seen = dict.fromkeys(range(1, len(sheets) + 1), "visible") | dict(states or {})
    listed = "".join(
        f'<sheet name="表{n}" sheetId="{n}" state="{state}" r:id="r{n}"/>'
        for n, state in seen.items()
    )
    links = {f"worksheets/sheet{n}.xml": "worksheet" for n in range(1, len(sheets) + 1)}
    links |= {"sharedStrings.xml": "sharedStrings"} if strings else {}
    links |= {"styles.xml": "styles"} if styles else {}
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", _rels({"xl/workbook.xml": "officeDocument"}))
        book = f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/_rels/workbook.xml.rels", _rels(links))
        for number, part in enumerate(sheets, start=1):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", part)
        for name, part in (("sharedStrings", strings), ("styles", styles)):
            if part:
                archive.writestr(f"xl/{name}.xml", part)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return path
