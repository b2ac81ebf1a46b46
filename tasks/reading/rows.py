"""A file of rows, whatever its kind: checked as a whole first, then read row by row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple


class RawRow(NamedTuple):
    """One row as it stands in the file: its number there and its texts by field.

    ``number`` counts as a spreadsheet does, the header being row 1 (of jsonl: the line).
    ``problem`` says why the row as such cannot be read.
    """

    number: int
    fields: Mapping[str, str]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A file that can be read: its rows, how many (``None``: not known), and its own headers.

    ``headers`` gives, by field, what the column is called in this file. ``notes`` are sentences for
    whoever takes it in: what of the file does not meet the eye, or was left aside.
    """

    rows: Iterator[RawRow]
    total: int | None
    headers: Mapping[str, str]
    notes: tuple[str, ...] = ()
