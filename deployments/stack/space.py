"""Whether there is room to run: a database that meets a full disk stops in the middle."""

import shutil
from pathlib import Path

from domain.errors import Refused

NEEDED_BYTES = 300_000_000
"""A fresh home takes 90 MB, the write-ahead log as much again while it works."""


def require_space(home: Path) -> None:
    """Refuses in a sentence when the disk of this folder, which exists, has too little left."""
    free = shutil.disk_usage(home).free
    if free < NEEDED_BYTES:
        raise Refused(
            f"{home} 所在磁盘只剩 {free // 1_000_000} MB，请清出至少"
            f" {NEEDED_BYTES // 1_000_000} MB，或用 RECTIFY_HOME 换到别的磁盘，再运行一次。"
        )
