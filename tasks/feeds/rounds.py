"""The sources pulled: each alone, by one process at a time, those that fail less often."""

from domain.errors import RectifyError, Refused
from models.engine import DatabaseAway, DatabaseBusy
from models.feed_progress import save_failure
from models.feeds import feed_named, feeds, pulling_alone
from tasks.desk import Desk
from tasks.feeds.pulling import Manner, Pull, PullReport
from tasks.feeds.retrying import FAILURES, failure

_OURS = (DatabaseAway, DatabaseBusy)
_PATIENT = Manner()


def due_feeds(desk: Desk) -> list[str]:
    """Name the sources to pull now: enabled, and not left alone after failures."""
    return [
        feed.name
        for feed in feeds(desk.engine)
        if feed.enabled and (feed.next_try_at is None or feed.next_try_at <= desk.now)
    ]


def pull_feed(desk: Desk, name: str, manner: Manner = _PATIENT) -> PullReport:
    """Pull one source, whenever it was to be tried again; what breaks is noted and told.

    Refuses an unknown source and a paused one; our own database being away is no fault of it.
    """
    report = PullReport(name)
    with pulling_alone(desk.engine, feed_named(desk.engine, name)) as free:
        if not free:
            report.held = True
            return report
        feed = feed_named(desk.engine, name)
        if not feed.enabled:
            raise Refused(f"来源“{name}”已暂停，请先运行 ./rectify feed resume {name}。")
        try:
            Pull(desk, feed, report, manner).run()
        except _OURS:
            raise
        except RectifyError as refusal:
            save_failure(desk.engine, feed, failure(feed, refusal, desk.now))
            report.error = refusal.sentence
    return report


def attention(desk: Desk) -> str:
    """Say in a Chinese sentence which sources keep failing or are paused; or nothing."""
    found = feeds(desk.engine)
    failing = "、".join(feed.name for feed in found if feed.enabled and feed.failures >= FAILURES)
    paused = "、".join(feed.name for feed in found if not feed.enabled)
    told = [f"来件来源连续拉取失败：{failing}"] if failing else []
    told += [f"来件来源已暂停：{paused}"] if paused else []
    return f"{'；'.join(told)}；用 ./rectify feed list 查看。" if told else ""
