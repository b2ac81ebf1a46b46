"""Delivery held after a restore: a database that is older than what was sent sends nothing.

The database counts the batches sent; this installation keeps the greatest count it saw in its state
folder. A database behind that was restored from a backup, and would send again what went out since.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine

from domain.wording import moment
from models.outbox_hold import Delivery, count_batch, hold, state

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watermark:
    """The greatest count of batches that this installation saw in a database, and when (aware)."""

    path: Path
    at: datetime

    def read(self) -> int:
        """Give the count; 0 where none was kept or the file cannot be read."""
        try:
            return int(json.loads(self.path.read_text("utf-8"))["deliveries"])
        except FileNotFoundError:
            return 0
        except (OSError, ValueError, KeyError, TypeError):
            _log.warning("%s cannot be read: a restored database may go unnoticed", self.path)
            return 0

    def raise_to(self, deliveries: int) -> None:
        """Keep a count that is greater than the one kept."""
        if deliveries <= self.read():
            return
        draft = self.path.with_suffix(f".{uuid4()}.part")
        content = json.dumps({"deliveries": deliveries, "at": self.at.isoformat()})
        try:
            draft.write_text(content, "utf-8")
            draft.replace(self.path)
        except OSError as error:
            _log.warning("%s cannot be written: %s", self.path, error.strerror)


def watermark(home: Path, engine: Engine, at: datetime) -> Watermark:
    """Give the mark of a database, kept in the state folder."""
    return Watermark(home / f"delivery-{engine.url.database}.json", at)


def held(engine: Engine, mark: Watermark) -> str:
    """Say in a Chinese sentence why delivery is held now; empty when it is not.

    A database found behind the mark is held from then on.
    """
    known = mark.read()
    found = state(engine)
    if found.deliveries < known:
        why = (
            f"数据库记录发送过 {found.deliveries} 批，而本机已发送到第 {known} 批，"
            "可能是从备份恢复的"
        )
        hold(engine, mark.at, why, known)
        found = state(engine)
    mark.raise_to(found.deliveries)
    return sentence(found)


def sentence(delivery: Delivery) -> str:
    """Say that delivery is held, since when, why and what to do; empty when it is not."""
    if delivery.held_at is None:
        return ""
    return (
        f"发送已于 {moment(delivery.held_at)} 暂停：{delivery.held_why}；请先运行 ./rectify check，"
        "再用 ./rectify notices release --from 时间 说明从何时起的通知要发。"
    )


def begin_batch(engine: Engine, mark: Watermark) -> bool:
    """Count a batch before it is sent, here and in the database; no when delivery is held."""
    count = count_batch(engine)
    if count is not None:
        mark.raise_to(count)
    return count is not None
