"""How sources, trials and pulls are shown; secrets and what a source sent never are."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from deployments.cli.call import Answer
from deployments.cli.saying import iso, pairs, table
from domain.wording import moment
from models.feeds import Feed
from tasks.feeds.addresses import shown
from tasks.feeds.options import OPTIONS
from tasks.feeds.pulling import PullReport
from tasks.feeds.retrying import FAILURES
from tasks.feeds.shape import Shape
from tasks.feeds.telling import told_of
from tasks.feeds.trying import Trial

_INSTANTS = ("pulled_at", "failing_since", "next_try_at")


def document_of(feed: Feed) -> dict[str, Any]:
    """Give a source as JSON-able data."""
    hidden = {"id", "revision", "reached", "position"}
    found = {name: value for name, value in asdict(feed).items() if name not in hidden}
    found |= {name: iso(found[name]) for name in _INSTANTS}
    return found | {"url": shown(feed.url), "unfinished": bool(feed.position)}


def listed(feeds: Sequence[Feed]) -> Answer:
    """Show all sources and how each stands."""
    rows = (
        (
            feed.name,
            feed.channel,
            _standing(feed),
            feed.pulled_at and moment(feed.pulled_at),
            feed.last_error or feed.note,
        )
        for feed in feeds
    )
    headers = ("来源", "渠道", "状态", "最近拉取", "说明")
    document = [document_of(feed) for feed in feeds]
    return Answer(document, [table("", headers, rows)] if feeds else ["还没有登记来件接口。"])


def described(feed: Feed, sentence: str = "") -> Answer:
    """Show one source with all its settings."""
    shape = Shape(**feed.shape)
    facts = [
        ("渠道", feed.channel),
        ("网址", shown(feed.url)),
        ("状态", _standing(feed)),
        ("游标", feed.since or "从头"),
        ("上次错误", feed.last_error or "无"),
        *((f"{option.zh}（{name}）", getattr(shape, name)) for name, option in OPTIONS.items()),
        *((f"--map {field}", path) for field, path in shape.columns.items()),
        *((f"--header {name}", value) for name, value in shape.headers.items()),
        *((f"--query {name}", value) for name, value in shape.query.items()),
    ]
    return Answer(document_of(feed), [*filter(None, [sentence]), pairs(facts)])


def tried(name: str, trial: Trial) -> Answer:
    """Show how a first page was understood."""
    sentence = (
        f"来源“{name}”第一页 {trial.rows} 行（{trial.size} 字节），"
        f"能登记 {trial.rows - len(trial.rejected)} 行；"
        f"{'还有下一页' if trial.more else '没有下一页'}；没有写入任何内容。"
    )
    columns = ((one.field, one.path, one.filled, one.longest) for one in trial.columns)
    parts: list[Any] = [sentence, table("各列", ("字段", "路径", "有值行数", "最长字数"), columns)]
    if trial.unknown:
        parts.append(f"没有用到的列：{'、'.join(trial.unknown)}。")
    if trial.ahead:
        parts.append(f"{trial.ahead} 行的时间晚于现在，来源的时钟可能偏快。")
    if trial.rejected:
        parts.append(table("不能登记", ("行", "原因"), trial.rejected))
    return Answer(asdict(trial), parts)


def reported(reports: Sequence[PullReport]) -> Answer:
    """Show what pulls did; one that broke makes the exit code 1."""
    lines = [f"{told_of(report)}。" for report in reports] or ["没有要拉取的来源。"]
    code = int(any(report.error for report in reports))
    return Answer([asdict(report) for report in reports], lines, code)


def _standing(feed: Feed) -> str:
    if not feed.enabled:
        return "已暂停"
    later = f"，{moment(feed.next_try_at)} 再试" if feed.next_try_at else ""
    if feed.failures >= FAILURES:
        return f"连续失败 {feed.failures} 次{later}"
    if feed.failures:
        return f"失败 {feed.failures} 次{later}"
    return "正在分次拉取" if feed.position else "正常"
