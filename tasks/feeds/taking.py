"""The rows of one page taken in, the way of all problems: once, sealed, in the intake register."""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass

from domain.wording import moment
from models.channels import require_open_to_outside
from models.feed_progress import note_refused, refused_before
from models.feeds import Feed
from models.intake_rows import IntakeReport
from tasks.desk import Desk
from tasks.feeds.rows import columns_of, raw_rows
from tasks.feeds.shape import Shape
from tasks.intake import intake_table
from tasks.reading.channel_columns import columns_for
from tasks.reading.rows import RawRow, Table
from tasks.secrets import keys_for


@dataclass(frozen=True)
class Taken:
    """What became of a page; ``before`` were refused before and stand in the register already."""

    report: IntakeReport
    before: int


def take_page(desk: Desk, feed: Feed, rows: Sequence[object], number: int) -> Taken:
    """Take in the rows of page ``number`` of a pull; they are committed when this returns.

    Refuses a channel that is not, or no longer, open to outside systems.
    """
    channel = require_open_to_outside(desk.engine, feed.channel)
    known_columns = columns_for(channel.extra_fields, channel.columns)
    columns = columns_of(rows, Shape(**feed.shape), known_columns)
    raws = raw_rows(rows, columns)
    digests = _digests(desk, raws)
    known = refused_before(desk.engine, feed, digests)
    told = dict(zip((raw.number for raw in raws), digests, strict=True))
    fresh = [raw for raw in raws if told[raw.number] not in known]
    name = f"feed {feed.name} 第{number}页 {moment(desk.now)}"
    if not fresh:
        return Taken(IntakeReport(), len(raws))
    report = intake_table(desk, Table(iter(fresh), len(fresh), columns), feed.channel, name)
    if report.rejected:
        note_refused(desk.engine, feed, [told[row.row] for row in report.rejected])
    return Taken(report, len(raws) - len(fresh))


def _digests(desk: Desk, raws: Sequence[RawRow]) -> list[bytes]:
    """Tell rows apart by a keyed digest of all they say, wherever on a page they stand."""
    key = keys_for(desk.engine, desk.settings.home).lookup
    return [
        hmac.digest(key, json.dumps([raw.fields, raw.problem], sort_keys=True).encode(), "sha256")
        for raw in raws
    ]
