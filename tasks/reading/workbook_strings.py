"""The texts that the cells of a workbook share, which have to be in memory as a whole."""

from dataclasses import dataclass, field
from zipfile import ZipFile

from openpyxl.utils.escape import unescape

from tasks.reading.workbook_faults import TooLarge
from tasks.reading.workbook_xml import Attributes, run

_MOST_STRINGS = 256 << 20
"""Bytes of shared texts."""
_MOST_TEXTS = 10_000_000
_LONGEST_TEXT = 4 << 20
"""Characters of one text; Excel itself keeps 32,767."""


def shared_strings(archive: ZipFile, part: str) -> tuple[str, ...]:
    """Read the shared texts; raises ``TooLarge``."""
    if part not in archive.namelist():
        return ()
    if archive.getinfo(part).file_size > _MOST_STRINGS:
        raise TooLarge
    texts = Texts("si")
    run(archive.open(part), texts.start, texts.end, texts.text)
    return tuple(texts.found)


@dataclass
class Texts:
    """Gathers texts, one for each tag ``of``, without how they are to be read aloud (``rPh``)."""

    of: str
    found: list[str] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _inside: bool = False
    _aloud: bool = False

    def start(self, name: str, _: Attributes) -> None:
        """Begin a text, or a part of one."""
        if name == self.of:
            self._parts, self._length = [], 0
        self._aloud = self._aloud or name == "rPh"
        self._inside = name == "t" and not self._aloud

    def end(self, name: str) -> None:
        """End a text, or a part of one."""
        self._inside = False
        if name == "rPh":
            self._aloud = False
        elif name == self.of:
            self.found.append(plain_text("".join(self._parts)))
            if len(self.found) > _MOST_TEXTS:
                raise TooLarge

    def text(self, text: str) -> None:
        """Take characters in."""
        if self._inside:
            self._parts.append(text)
            self._length += len(text)
            if self._length > _LONGEST_TEXT:
                raise TooLarge


def plain_text(text: str) -> str:
    """A text without the marks that spreadsheets write control characters with."""
    return unescape(text) if "_x" in text else text
