"""JSON and XML of one document, with GeoReport's names for the elements of lists."""

import json
import re
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import Response

Format = Literal["json", "xml"]

_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_ITEMS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "endpoints": "endpoint",
    "formats": "format",
}
"""By the name of a list, what each of its elements is called."""
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold, however they are written."""


@dataclass(frozen=True)
class Document:
    """What is answered; ``root`` is what XML calls the whole, JSON has no name for it."""

    root: str
    content: object


def respond(document: Document, written: Format, status: int = 200) -> Response:
    """Write a document down."""
    body = _json(document) if written == "json" else _xml(document)
    return Response(body, status, media_type=_TYPES[written])


def _json(document: Document) -> bytes:
    return json.dumps(document.content, ensure_ascii=False).encode()


def _xml(document: Document) -> bytes:
    root = Element(document.root)
    _fill(root, document.content)
    return f"{_DECLARATION}{tostring(root, 'unicode')}".encode()


def _fill(element: Element, content: object) -> None:
    """Put content into an element; what is absent leaves it empty."""
    if isinstance(content, dict):
        for name, value in content.items():
            _fill(SubElement(element, name), value)
    elif isinstance(content, list):
        for value in content:
            _fill(SubElement(element, _ITEMS[element.tag]), value)
    elif isinstance(content, bool):
        element.text = "true" if content else "false"
    elif content is not None:
        element.text = _NO_XML.sub("", str(content))
