"""Where a pull has been: sources that give the same page for ever, or lead in a circle."""

from tasks.feeds.pages import Page
from tasks.feeds.trouble import Trouble


class Trail:
    """The pages and positions of one pull."""

    def __init__(self, paging: str) -> None:
        self._counted = paging in {"page", "offset"}
        self._pages: list[bytes] = []
        self._positions: set[str] = {""}

    @property
    def proves_the_end(self) -> bool:
        """Whether a repeated page is what some sources give beyond their last one.

        When no two pages ever differed the source may not heed what page is asked for: then there
        may be more, and the cursor has to stay.
        """
        return self._counted and len(self._pages) > 1

    def repeats(self, page: Page) -> bool:
        """Note a page; tell whether it is the one before over again. Raises ``Trouble``."""
        if not page.rows:
            return False
        digest = page.digest()
        if self._pages and self._pages[-1] == digest:
            return True
        if digest in self._pages:
            raise Trouble("来源翻页时又给出了前面的页，没有拉完，请向来源方核对。")
        self._pages.append(digest)
        return False

    def was_at(self, position: str) -> bool:
        """Note a position; tell whether the pull was there before."""
        known = position in self._positions
        self._positions.add(position)
        return known
