"""Evidence files of a case found again in the state folder, by their hash."""

from pathlib import Path

from domain.errors import Refused
from models.portal_cases import evidence_of
from tasks.desk import Desk
from tasks.portal.case import NotSeen


def evidence_path(desk: Desk, no: str, sha256: str) -> tuple[Path, str]:
    """Give where a file of a case is and what it is called; refuses what is not the case's."""
    for kept in evidence_of(desk.engine, no):
        if kept.sha256 == sha256:
            path = desk.settings.home / "evidence" / sha256[:2] / sha256
            if not path.is_file():
                raise Refused(f"证明材料 {sha256} 不在 evidence 文件夹中，请从备份恢复。")
            return path, kept.name
    raise NotSeen
