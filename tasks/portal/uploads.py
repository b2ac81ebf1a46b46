"""Files that are being uploaded: in a folder of their own in the state folder until they are kept.

Whatever happens to the upload, its folder goes with it; one that a killed process left behind goes
with the next upload after a day.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from tempfile import mkdtemp
from time import time

from domain.errors import Misuse
from tasks.evidence import LARGEST
from tasks.portal.file_types import require_evidence

MOST_FILES = 10
MOST_BYTES = 2 * LARGEST
"""Bytes of one form with all its files."""
_LONGEST_STEM = 50
_UNSAFE = re.compile(r"[^\w.()（）、，—-]+")
_LEFT_BEHIND_SECONDS = 24 * 60 * 60


class TooLarge(Misuse):
    """More was sent than is taken."""

    def __init__(self) -> None:
        largest, most = LARGEST // 1024**2, MOST_BYTES // 1024**2
        super().__init__(
            f"上传的内容太大：每个文件至多 {largest} MB，一次至多 {MOST_FILES} 个、"
            f"共 {most} MB，请压缩或分次上传。"
        )


class Uploads:
    """The files of one form; written as they come, each under a name that is safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.files: list[Path] = []

    def begin(self, name: str) -> Path:
        """Make room for another file and give the path to write it to."""
        if len(self.files) == MOST_FILES:
            raise TooLarge
        place = self._folder / str(len(self.files))
        place.mkdir()
        self.files.append(place / safe_name(name))
        return self.files[-1]

    def require_evidence(self) -> list[Path]:
        """Give the files, each once; refuses any that may not be evidence."""
        for path in self.files:
            if not 0 < path.stat().st_size <= LARGEST:
                raise Misuse(f"“{path.name}”为空或超过 {LARGEST // 1024**2} MB，请换一个文件。")
            require_evidence(path, path.name)
        return list({_digest(path): path for path in self.files}.values())


@contextmanager
def receiving(home: Path) -> Iterator[Uploads]:
    """Receive the files of one form for the block; nothing of them is left behind."""
    waiting = home / "uploads"
    waiting.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(waiting)
    folder = Path(mkdtemp(dir=waiting))
    try:
        yield Uploads(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def safe_name(given: str) -> str:
    """Give the last part of a name, without anything that means something to a file system."""
    last = re.split(r"[/\\]", given)[-1]
    clean = _UNSAFE.sub("_", last).strip("._ ")
    stem, dot, extension = clean.rpartition(".")
    stem, extension = (stem, extension) if dot else (clean, "")
    return f"{stem[:_LONGEST_STEM] or '文件'}{dot}{extension[:4].lower()}"


def _sweep(waiting: Path) -> None:
    before = time() - _LEFT_BEHIND_SECONDS
    for folder in waiting.iterdir():
        if folder.stat().st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
