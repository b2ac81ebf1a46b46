"""What an import of rows did, or would do, as the command line shows it."""

from collections.abc import Callable

from deployments.cli.call import Answer
from deployments.cli.saying import table
from tasks.activities.importing import Imported

_SHOWN = 200
_OUTCOME_ZH = {"added": "新增", "changed": "改动", "same": "已有"}


def imported(made: Imported, shown: Callable[[object], str], *, dry_run: bool) -> Answer:
    """Say what became of each row; ``shown`` writes what a row says on a line."""
    counts = {outcome: made.count(outcome) for outcome in _OUTCOME_ZH}
    document = {
        "dry_run": dry_run,
        "read": made.read,
        **counts,
        "refused": [bad._asdict() for bad in made.refused],
    }
    words = "，".join(f"{zh} {counts[outcome]}" for outcome, zh in _OUTCOME_ZH.items())
    tail = "；这是预览，没有改动。" if dry_run else "。"
    said: list[object] = [f"读取 {made.read} 行：{words}，不能导入 {len(made.refused)}{tail}"]
    rows = [(row, _OUTCOME_ZH[what], shown(it)) for row, it, what in made.rows[:_SHOWN]]
    if dry_run and rows:
        said.append(table("", ("行", "结果", "内容"), rows))
    if made.refused:
        said.append(table("不能导入", ("行", "原因"), made.refused[:_SHOWN]))
    return Answer(document, said)  # type: ignore[arg-type]
