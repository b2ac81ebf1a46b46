"""Notices as files under the state folder, for trying out without any server."""

import os
import tempfile
from pathlib import Path

from domain.calendar import local_date
from domain.wording import moment
from models.outbox_sending import Message
from tasks.delivery.results import SENT, Result, failed


class Files:
    """Writes each message into a file of its own, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: Message) -> Result:
        """Write ``<folder>/<unit>/<role>/<date>-<id>.txt``; again means the same file."""
        name = f"{local_date(message.created_at)}-{message.id}.txt"
        path = self._folder / message.recipient / name
        try:
            # Notices speak of cases: the folder is nobody else's to read.
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(path, _content(message))
        except OSError as error:
            return failed(f"写不了文件 {path}（{error.strerror}），请检查磁盘空间和权限。")
        return SENT

    def close(self) -> None:
        """Nothing is kept open."""


def _content(message: Message) -> str:
    head = f"收件：{message.recipient}\n主题：{message.subject}\n时间：{moment(message.created_at)}"
    return f"{head}\n\n{message.body}\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
