"""The XML of a workbook's parts, streamed: no entities, no part of it larger than a cell can be."""

from collections.abc import Callable, Iterator, Mapping
from typing import IO
from xml.parsers.expat import ParserCreate, XMLParserType

_BLOCK = 1 << 16
_LONGEST = 8 << 20
"""Bytes that one tag or comment may take, which the parser has to hold as a whole."""

Attributes = Mapping[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class ForbiddenXml(ValueError):
    """XML that no spreadsheet program writes: it declares entities, or has a tag of many MiB."""


def parsed(part: IO[bytes], start: Start, end: End, text: Text) -> Iterator[None]:
    """Parse a part block by block, telling the handlers; yields after each, closes it at last.

    Names come without their prefix. Raises ``ForbiddenXml`` and expat's own error.
    """
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _forbidden
    parser.StartElementHandler = lambda name, given: start(local(name), given)
    parser.EndElementHandler = lambda name: end(local(name))
    parser.CharacterDataHandler = text
    read = 0
    with part:
        while block := part.read(_BLOCK):
            parser.Parse(block, False)  # noqa: FBT003 - expat takes it by place
            read += len(block)
            _bounded(parser, read)
            yield
        parser.Parse(b"", True)  # noqa: FBT003
    yield


def run(part: IO[bytes], start: Start, end: End, text: Text) -> None:
    """Parse a whole part."""
    for _ in parsed(part, start, end, text):
        pass


def nothing(_: str) -> None:
    """Leave aside what a part has besides its tags."""


def local(name: str) -> str:
    """A name without its prefix, whatever that is."""
    return name.rpartition(":")[2] if ":" in name else name


def attribute(given: Attributes, wanted: str) -> str:
    """The value of an attribute that comes with some prefix; empty when there is none."""
    return next((value for name, value in given.items() if local(name) == wanted), "")


def _forbidden(*_: object) -> None:
    message = "a document type is declared"
    raise ForbiddenXml(message)


def _bounded(parser: XMLParserType, read: int) -> None:
    if read - parser.CurrentByteIndex > _LONGEST:
        message = "one tag is too long"
        raise ForbiddenXml(message)
