"""Forms read as they come: fields into memory, files into the state folder, neither beyond limits.

What says beforehand that it is too large is refused unread.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.requests import ClientDisconnect

from portal.site import Site
from portal.web.multipart import Parts
from portal.web.problems import BadForm
from tasks.portal.uploads import MOST_BYTES, TooLarge, Uploads, receiving

MOST_WORDS = 64 * 1024
"""Bytes of a form without files, and of all fields of one with files."""
_MOST_FIELDS = 50
_DIGITS = 20
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PLAIN = b"application/x-www-form-urlencoded"
_WITH_FILES = b"multipart/form-data"


@dataclass(frozen=True)
class Form:
    """What was sent: words without control characters, and files."""

    words: dict[str, str]
    uploads: Uploads


async def read_words(request: Request) -> dict[str, str]:
    """Read the form of somebody who is not signed in yet, and need not send files."""
    kind, _ = _kind(request)
    if kind != _PLAIN:
        raise BadForm
    return _words(await _pairs(request))


async def read_form(request: Request) -> AsyncIterator[Form]:
    """Read the form of a request and hold its files until the answer is made.

    As a dependency it needs the scope ``function``: what it holds is gone before the answer leaves.
    """
    site: Site = request.app.state.site
    kind, boundary = _kind(request)
    with receiving(site.settings.home) as uploads:
        if kind == _PLAIN:
            yield Form(_words(await _pairs(request)), uploads)
        elif kind == _WITH_FILES and boundary:
            yield Form(_words(await _parts(request, boundary, uploads)), uploads)
        else:
            raise BadForm


def _kind(request: Request) -> tuple[bytes, bytes]:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    return kind, options.get(b"boundary", b"")


def _words(fields: dict[str, str]) -> dict[str, str]:
    return {name: _CONTROLS.sub("", word) for name, word in fields.items()}


async def _parts(request: Request, boundary: bytes, uploads: Uploads) -> dict[str, str]:
    """Read the fields, while the files go where they are received."""
    with Parts(boundary, uploads, MOST_WORDS) as parts:
        async for part in _body(request, MOST_BYTES):
            parts.write(part)
        return parts.words()


async def _pairs(request: Request) -> dict[str, str]:
    """Read the fields of a form without files; of one that comes twice the first counts."""
    body = b"".join([part async for part in _body(request, MOST_WORDS)])
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise BadForm from None
    return dict(reversed(pairs))


async def _body(request: Request, most: int) -> AsyncIterator[bytes]:
    said = request.headers.get("content-length", "0")
    if said.isascii() and said.isdigit() and int(said[:_DIGITS]) > most:
        raise TooLarge
    read = 0
    try:
        async for part in request.stream():
            read += len(part)
            if read > most:
                raise TooLarge
            yield part
    except ClientDisconnect:
        raise BadForm from None
