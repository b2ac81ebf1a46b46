"""The searcher: whether a canary stands in a text, a file or a database, however it is encoded."""

import re
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from html import unescape
from io import BytesIO
from pathlib import Path
from unicodedata import normalize
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile, is_zipfile

from sqlalchemy import Connection, create_engine

_BETWEEN = re.compile(r"[\s.·・\-–—_]+")
_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")
_TABLES = """
select quote_ident(n.nspname) || '.' || quote_ident(c.relname) from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'm', 'p')
    and n.nspname not in ('information_schema', 'pg_catalog', 'pg_toast')
order by 1
"""


@dataclass(frozen=True)
class Mark:
    """A canary: where it was put in, and its plain text.

    ``written`` is how it was put in, where that is not plain; it is looked for in any writing.
    ``body`` marks words of the text that came in: units may read them, Prefect may not.
    """

    where: str
    text: str
    written: str = ""
    body: bool = False


@dataclass(frozen=True)
class Place:
    """Something that was looked through: what it is called, and what it holds."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Hit:
    """A canary found where it must not be."""

    place: str
    mark: str


def text_place(name: str, content: object) -> Place:
    """Make a place of what was printed or answered."""
    return Place(name, str(content).encode("utf-8", "surrogateescape"))


def hits(places: Iterable[Place], marks: Iterable[Mark]) -> set[Hit]:
    """Look for all canaries in all places."""
    wanted = [(mark.where, _encoded(mark), _squeezed(mark.text)) for mark in marks]
    found: set[Hit] = set()
    for place in places:
        raw, said = place.content, _squeezed(_decoded(place.content))
        found |= {
            Hit(place.name, where)
            for where, encoded, plain in wanted
            if plain in said or any(needle in raw for needle in encoded)
        }
    return found


def _encoded(mark: Mark) -> list[bytes]:
    """Give how a canary looks in encodings that are not undone before the search."""
    writings = {mark.text, mark.written or mark.text}
    return [needle for text in writings for needle in _encodings(text)]


def _encodings(text: str) -> Iterator[bytes]:
    yield from _in_base64(text.encode())
    yield text.encode().hex().encode()
    yield text.encode("utf-16-le")
    yield text.encode("gb18030")


def _decoded(content: bytes) -> str:
    """Undo what JSON, HTML and addresses do to characters, whether or not it was done."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), content.decode("utf-8", "replace"))
    return unquote(unescape(text))


def _in_base64(plain: bytes) -> Iterator[bytes]:
    """Give what surely stands in the base64 of anything that holds it, at each alignment."""
    for shift in range(3):
        start, end = -(-shift * 8 // 6), (shift + len(plain)) * 8 // 6
        yield b64encode(b"\0" * shift + plain)[start:end]


def _squeezed(text: str) -> str:
    return _BETWEEN.sub("", normalize("NFKC", text)).lower()


def database_places(url: str, prefix: str) -> list[Place]:
    """Give each table of a database, all schemas, all rows, all columns as text."""
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = connection.exec_driver_sql(_TABLES).scalars().all()
        found = [
            Place(f"{prefix} {table}", _rows(connection, table))
            for table in tables
            if _readable(connection, table)
        ]
    engine.dispose()
    return found


def _readable(connection: Connection, table: str) -> bool:
    asked = "select has_table_privilege(%(table)s, 'select')"
    return bool(connection.exec_driver_sql(asked, {"table": table}).scalar_one())


def _rows(connection: Connection, table: str) -> bytes:
    # A text of its own for each row: a canary must not seem to be where two rows meet.
    rows = connection.exec_driver_sql(f"select t::text from {table} t").scalars()
    return "\n\n\x00".join(rows).encode("utf-8", "replace")


def file_places(folder: Path, prefix: str, but: str = "") -> list[Place]:
    """Give each file below a folder, packed ones and letters unpacked, one subfolder left out."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    files = [path for path in found if path.relative_to(folder).parts[0] != but]
    return [
        place
        for path in files
        for place in unpacked(f"{prefix} {path.relative_to(folder)}", path.read_bytes())
    ]


def unpacked(name: str, content: bytes) -> Iterator[Place]:
    """Give a file as it is, and what is packed in it."""
    yield Place(name, content)
    if is_zipfile(BytesIO(content)):
        yield from _zipped(name, content)
    elif b"Content-Transfer-Encoding" in content:
        for part in message_from_bytes(content, policy=default).walk():
            payload = part.get_payload(decode=True)
            said = payload if isinstance(payload, bytes) else b""
            yield Place(f"{name}, decoded", f"{part.items()}\n".encode() + said)


def _zipped(name: str, content: bytes) -> Iterator[Place]:
    try:
        with ZipFile(BytesIO(content)) as packed:
            for inner in packed.namelist():
                yield Place(f"{name}, {inner}", packed.read(inner))
    except (BadZipFile, zlib.error):
        return
