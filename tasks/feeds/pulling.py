"""One pull of a source: page after page taken in, the cursor moved only behind what is committed.

Ended at any point, even by force, the next pull goes on at the last page that was taken in, or
before it; what came before is known by its number. The cursor ``since`` moves when a pull came to
its end: until then rows of any order may still be missing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from models.feed_progress import save_end, save_page, save_well
from models.feeds import Feed
from tasks.desk import Desk
from tasks.feeds.asking import Asking, asking_for
from tasks.feeds.fetching import Bounds, Source
from tasks.feeds.marks import asked_from, further, furthest, read_mark, write_mark
from tasks.feeds.pages import Page, read_page
from tasks.feeds.retrying import Pace, patiently
from tasks.feeds.taking import take_page
from tasks.feeds.trails import Trail
from tasks.feeds.trouble import Trouble

_DENIED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
_UNFINISHED = "本次到达每次页数上限，还没有拉完，下次接着拉"
_SAME_PAGE = "来源反复给出同一页，到此为止"
_FAST_CLOCK = "有的行时间晚于现在，来源的时钟可能偏快，这些行不推进游标"
_NO_MARK = "行里读不到游标字段，下次仍从原处拉取"


@dataclass
class PullReport:
    """What a pull did: pages and rows, and what became of the rows.

    ``duplicate`` rows came in before, ``changed`` of them say something else now; ``rejected`` ones
    were refused now, ``refused_before`` ones earlier. ``held`` says that another process was
    pulling; ``error`` is why it broke, ``note`` a remark on a pull that did not.
    """

    feed: str
    pages: int = 0
    read: int = 0
    opened: int = 0
    duplicate: int = 0
    changed: int = 0
    rejected: int = 0
    refused_before: int = 0
    finished: bool = False
    held: bool = False
    error: str = ""
    note: str = ""


@dataclass(frozen=True)
class Manner:
    """How patiently a pull asks, and who is told after each page how many there were."""

    pace: Pace = field(default_factory=Pace)
    progress: Callable[[int], None] = lambda _: None


class Pull:
    """A pull under way, which fills in a report."""

    def __init__(self, desk: Desk, feed: Feed, report: PullReport, manner: Manner) -> None:
        self.report, self._desk, self._feed = report, desk, feed
        self._pace, self._progress = manner.pace, manner.progress
        self._asking: Asking = asking_for(desk, feed)
        self._shape = self._asking.shape
        self._source = Source(
            Bounds(self._shape.timeout, self._shape.most_bytes, self._shape.ca_file)
        )
        self._trail = Trail(self._shape.paging)
        self._mark = read_mark(feed.since, self._shape)
        self._reached = read_mark(feed.reached, self._shape)
        self._page = 0
        self._notes: dict[str, None] = {}

    def run(self) -> None:
        """Pull until the source has no more, or the bound of a run; raises ``Trouble``."""
        try:
            self._pages()
        finally:
            self._source.close()
        self.report.note = "；".join(self._notes)
        save_well(self._desk.engine, self._feed, self._desk.now, self.report.note)

    def _pages(self) -> None:
        position, page = self._first()
        for left in range(self._shape.most_pages - 1, -1, -1):
            if self._trail.repeats(page):
                self._notes[_SAME_PAGE] = None
                return self._end(whole=self._trail.proves_the_end)
            self._take_in(page)
            following = self._asking.after(position, page)
            if following is None:
                return self._end(whole=True)
            self._step(following)
            if left:
                self._rest(page)
                position, page = following, self._ask(following)
        self._notes[_UNFINISHED] = None
        return None

    def _first(self) -> tuple[str, Page]:
        """Go on where the last pull was cut off; begin anew where the source forgot that place."""
        start = self._asking.resumed(self._feed.position)
        self._page = self._feed.page - (start != self._feed.position)
        self._trail.was_at(start)
        try:
            return start, self._ask(start)
        except Trouble as trouble:
            forgot = HTTPStatus.BAD_REQUEST <= trouble.status < HTTPStatus.INTERNAL_SERVER_ERROR
            if not start or not forgot or trouble.status in _DENIED:
                raise
        self._page = 0
        return "", self._ask("")

    def _ask(self, position: str) -> Page:
        since = asked_from(self._mark, self._shape, self._desk.now)
        answer = patiently(lambda: self._asking.ask(self._source, position, since), self._pace)
        return read_page(answer, self._shape)

    def _take_in(self, page: Page) -> None:
        self._page += 1
        self.report.pages += 1
        if page.rows:
            taken = take_page(self._desk, self._feed, page.rows, self._page)
            self.report.read += len(page.rows)
            self.report.opened += taken.report.opened
            self.report.duplicate += taken.report.duplicate
            self.report.changed += taken.report.changed
            self.report.rejected += len(taken.report.rejected)
            self.report.refused_before += taken.before
        reached, ahead = furthest(page.rows, self._shape, self._desk.now)
        self._reached = further(self._reached, reached)
        if ahead:
            self._notes[_FAST_CLOCK] = None
        self._progress(self.report.pages)

    def _step(self, following: str) -> None:
        """Move to the next page, which must be one where the pull has not been."""
        looped = self._trail.was_at(following)
        position = "" if looped else self._asking.kept(following)
        page, reached = (self._page if position else 0), write_mark(self._reached)
        save_page(self._desk.engine, self._feed, position, reached, page)
        if looped:
            raise Trouble("来源的翻页标记又回到了走过的地方，没有拉完，请向来源方核对。")

    def _rest(self, page: Page) -> None:
        if self._shape.rows_per_second:
            self._pace.sleep(len(page.rows) / self._shape.rows_per_second)

    def _end(self, *, whole: bool) -> None:
        if self._shape.since_field and self.report.read and self._reached is None:
            self._notes[_NO_MARK] = None
        mark = further(self._mark, self._reached) if whole else self._mark
        save_end(self._desk.engine, self._feed, write_mark(mark))
        self.report.finished = True
