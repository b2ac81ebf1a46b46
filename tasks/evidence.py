"""Evidence files: kept in the state folder under their SHA-256, once each."""

import os
import shutil
from collections.abc import Iterable
from hashlib import file_digest
from pathlib import Path

from domain.errors import Misuse
from models.recording import EvidenceFile
from tasks.settings import Settings

LARGEST = 50 * 1024 * 1024
"""Bytes of one evidence file at most."""


def read_evidence(settings: Settings, paths: Iterable[Path]) -> tuple[EvidenceFile, ...]:
    """Keep a copy of each file and give its digest; refuses what is missing, empty or too large."""
    return tuple(_keep(settings.home / "evidence", path) for path in paths)


def _keep(folder: Path, path: Path) -> EvidenceFile:
    if not path.is_file():
        raise Misuse(f"找不到证明材料文件 {path}，请检查路径。")
    size = path.stat().st_size
    if not 0 < size <= LARGEST:
        limit = LARGEST // 1024 // 1024
        raise Misuse(f"证明材料 {path.name} 为空或超过 {limit} MB，请换一个文件。")
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    _copy(path, folder / digest[:2] / digest)
    return EvidenceFile(digest, path.name, size)


def _copy(path: Path, target: Path) -> None:
    """Copy under a temporary name first, so that a file under its hash is always whole."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copyfile(path, partial)
    partial.replace(target)
