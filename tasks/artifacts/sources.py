"""What of projects and questionnaires waits for the office: a line of the worklist."""

from models.source_counts import waiting
from tasks.artifacts.markup import artifact_key, link
from tasks.desk import Desk


def sources_attention(desk: Desk) -> str:
    """Say what waits, with links to the reports; nothing when nothing does."""
    clues, settled = waiting(desk.engine)
    parts = []
    if clues:
        surveys = link("问卷", f"/artifacts/key/{artifact_key('surveys', desk.database)}")
        parts.append(f"{surveys}低分线索待采用 {clues} 条（survey clues）")
    if settled:
        projects = link("项目", f"/artifacts/key/{artifact_key('projects', desk.database)}")
        parts.append(f"{projects}已落地或核销、案件未提交办结 {settled} 件")
    return f"{'；'.join(parts)}。" if parts else ""
