"""COPY into a table: the fastest way in, with its errors as SQLAlchemy has them."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from io import BytesIO
from typing import cast

import psycopg2
from psycopg2.extensions import cursor
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

NULL = "\\N"
"""An absent value, as COPY reads it."""


def copy_in(
    connection: Connection, table: str, columns: Sequence[str], lines: Iterable[str]
) -> None:
    """Copy lines, each with its values in the order of ``columns``, parted by tabs."""
    statement = f"copy {table} ({', '.join(columns)}) from stdin"
    content = BytesIO("".join(f"{line}\n" for line in lines).encode())
    # SQLAlchemy types what every driver has; COPY is psycopg2's.
    with closing(cast("cursor", connection.connection.cursor())) as driver:
        try:
            driver.copy_expert(statement, content, size=1 << 20)
        except psycopg2.Error as error:
            raise DBAPIError.instance(statement, None, error, psycopg2.Error) from None


def escaped(text: str) -> str:
    """A text as COPY reads it."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def or_null(text: str) -> str:
    """A text as COPY reads it, an empty one as absent."""
    return escaped(text) if text else NULL


def octets(data: bytes) -> str:
    """Bytes as COPY reads them."""
    return f"\\\\x{data.hex()}"
