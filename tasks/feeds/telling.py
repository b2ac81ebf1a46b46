"""What pulls did, in the words that operators read: names of sources, figures, and what broke."""

from collections.abc import Sequence

from tasks.feeds.pulling import PullReport


def pulled(reports: Sequence[PullReport]) -> str:
    """Say of each source what became of its rows."""
    return f"{'；'.join(told_of(report) for report in reports) or '没有要拉取的来源'}。"


def told_of(report: PullReport) -> str:
    """Say what a pull did, without a full stop."""
    if report.held:
        return f"{report.feed}：另一次拉取正在进行，这次没有拉取"
    parts = [f"新立案 {report.opened}", f"已有 {report.duplicate}", f"退回 {report.rejected}"]
    if report.changed:
        parts[1] += f"（内容有更新 {report.changed}）"
    if report.refused_before:
        parts.append(f"此前已退回 {report.refused_before}")
    told = f"{report.feed}：{'，'.join(parts)}"
    why = (report.error or report.note).rstrip("。")
    return f"{told}（{why}）" if why else told
