"""Rows that came again under a known id: which of them say something else than before.

What one intake brings under one id belongs together: a file that names an id twice, with other
words each time, adds both once, and nothing when it comes again.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from models.intake_marks import SIZE, Marker, differing
from models.intake_rows import Delivery, IncomingRow

_STANDING = """
select id, source_id, case_id, marks, versions, delivery from intake_row
where outcome = 'opened' and channel = %(channel)s and source_id = any (%(ids)s)
"""
# Marks may be missing, as of rows from before there were any: then the texts are compared.
_BODIES = """
select distinct on (case_id) case_id, body from case_text
where case_id = any (%(cases)s) and kind in ('body', 'source_body') order by case_id, seq desc
"""
_STAND = """
update intake_row i set marks = decode(r.marks, 'hex'), versions = r.versions,
    delivery = r.delivery
from jsonb_to_recordset(%(rows)s::jsonb)
    as r(id bigint, marks text, versions integer, delivery bigint)
where i.id = r.id
"""


@dataclass
class _Standing:
    """What is known of an id: the contents that the last intake to change it brought, as marks."""

    id: int
    case_id: int
    contents: list[bytes]
    versions: int
    delivery: int | None
    touched: bool = False

    def note(self, marks: bytes, delivery: Delivery) -> None:
        """Let a content be the present one, beside others that the same intake brought."""
        beside = self.contents if self.delivery == delivery.run else []
        self.contents, self.delivery = [*beside, marks], delivery.run
        self.touched = True


@dataclass(frozen=True)
class News:
    """A row that says something else, and in which fields."""

    row: IncomingRow
    intake_id: int
    case_id: int
    number: int
    changed: tuple[str, ...]


def find_news(
    connection: Connection, rows: Sequence[IncomingRow], delivery: Delivery, key: bytes
) -> list[News]:
    """Give the rows of a batch that say something else, in their order, and note what they say.

    Every row's id is known; ``key`` is the one that contents are told apart under.
    """
    marker = Marker(key)
    standing = _standing(connection, rows, delivery.channel)
    bodies = _bodies(connection, marker, standing.values())
    news = list(_news(rows, standing, bodies, marker, delivery))
    if touched := [here for here in standing.values() if here.touched]:
        _stand(connection, touched)
    return news


def _standing(
    connection: Connection, rows: Sequence[IncomingRow], channel: str
) -> dict[str, _Standing]:
    place = {"channel": channel, "ids": [row.source_id for row in rows]}
    return {
        row.source_id: _Standing(
            row.id, row.case_id, _parted(row.marks), row.versions, row.delivery
        )
        for row in connection.exec_driver_sql(_STANDING, place)
    }


def _parted(marks: memoryview | None) -> list[bytes]:
    joined = bytes(marks or b"")
    return [joined[start : start + SIZE] for start in range(0, len(joined), SIZE)]


def _bodies(
    connection: Connection, marker: Marker, standing: Iterable[_Standing]
) -> dict[int, str | None]:
    """The last body of each case whose marks say nothing; none that was erased."""
    unknown = [here.case_id for here in standing if not _known(marker, here)]
    if not unknown:
        return {}
    rows = connection.exec_driver_sql(_BODIES, {"cases": unknown})
    return dict.fromkeys(unknown) | {row.case_id: row.body for row in rows}


def _known(marker: Marker, here: _Standing) -> bool:
    return bool(here.contents) and marker.knows(here.contents[-1])


def _news(
    rows: Sequence[IncomingRow],
    standing: dict[str, _Standing],
    bodies: dict[int, str | None],
    marker: Marker,
    delivery: Delivery,
) -> Iterator[News]:
    for row in rows:
        here, marks = standing[row.source_id], marker.marks(row)
        if marks in here.contents:
            continue
        changed = _changed(here, row, marks, bodies, marker)
        here.note(marks, delivery)
        if changed:
            here.versions += 1
            yield News(row, here.id, here.case_id, here.versions, changed)


def _changed(
    here: _Standing,
    row: IncomingRow,
    marks: bytes,
    bodies: dict[int, str | None],
    marker: Marker,
) -> tuple[str, ...]:
    """The fields that differ; where no marks are known, the body speaks for all of them."""
    if _known(marker, here):
        return differing(here.contents[-1], marks)
    former = bodies[here.case_id]
    return () if former is None or former == row.body else ("body",)


def _stand(connection: Connection, touched: Iterable[_Standing]) -> None:
    rows = [
        {
            "id": here.id,
            "marks": b"".join(here.contents).hex(),
            "versions": here.versions,
            "delivery": here.delivery,
        }
        for here in touched
    ]
    connection.exec_driver_sql(_STAND, {"rows": json.dumps(rows)})
