"""What is asked for: the address and parameters of each page, and where the one after it is.

A position is the number, offset, token or link of a page; the empty one is the beginning.
"""

import os
from dataclasses import dataclass
from urllib.parse import unquote, urljoin

from models.feeds import Feed
from tasks.desk import Desk
from tasks.feeds.addresses import following, without
from tasks.feeds.fetching import Answer, Source
from tasks.feeds.pages import Page
from tasks.feeds.references import Secrets, references
from tasks.feeds.secret_files import read_secrets
from tasks.feeds.shape import Shape
from tasks.feeds.trouble import Trouble

_LONGEST = 2000
_ACCEPT = {"json": "application/json", "csv": "text/csv"}


@dataclass(frozen=True)
class Asking:
    """How one source is asked: its address, its shape, and its secrets."""

    url: str
    shape: Shape
    secrets: Secrets

    def ask(self, source: Source, position: str, since: str) -> Answer:
        """Ask for the page at a position once; raises ``Trouble``."""
        headers = {"Accept": _ACCEPT[self.shape.format]} | {
            name: self.secrets.put_into(value) for name, value in self.shape.headers.items()
        }
        if position and self.shape.paging == "next":
            return source.get(urljoin(self.url, position), self._secret_query(), headers)
        return source.get(self.url, self._query(position, since), headers)

    def after(self, position: str, page: Page) -> str | None:
        """Give the position of the page after one, ``None`` after the last."""
        shape = self.shape
        if shape.paging == "page":
            return str(int(position or shape.first) + 1) if page.rows else None
        if shape.paging == "offset":
            return str(int(position or 0) + len(page.rows)) if page.rows else None
        if not page.next:
            return None
        if len(page.next) > _LONGEST:
            raise Trouble("来源给出的翻页标记过长，不予使用，请向来源方核对。")
        if shape.paging == "cursor":
            return page.next
        link = following(urljoin(self.url, position), page.next)
        return without(link, frozenset(self._secret_query()))

    def resumed(self, position: str) -> str:
        """Give where a pull that was cut off goes on: a page earlier where pages may shift."""
        if not position:
            return ""
        if self.shape.paging == "page":
            return str(max(self.shape.first, int(position) - 1))
        if self.shape.paging == "offset":
            return str(max(0, int(position) - self.shape.size))
        return position

    def kept(self, position: str) -> str:
        """Give what may be kept of a position: nothing of one in which a source echoes a secret."""
        secrets = self.secrets.used_in({**self.shape.headers, **self.shape.query})
        return "" if any(secret in unquote(position) for secret in secrets) else position

    def _query(self, position: str, since: str) -> dict[str, str]:
        shape = self.shape
        query = {name: self.secrets.put_into(value) for name, value in shape.query.items()}
        if shape.size:
            query[shape.size_param] = str(shape.size)
        if since:
            query[shape.since_param] = since
        if shape.paging in {"page", "offset"}:
            query[shape.asks_for] = position or str(shape.first if shape.paging == "page" else 0)
        elif position:
            query[shape.asks_for] = position
        return query

    def _secret_query(self) -> dict[str, str]:
        """Give the parameters that hold secrets: no link is trusted to carry them on."""
        return {
            name: self.secrets.put_into(value)
            for name, value in self.shape.query.items()
            if any(references(value))
        }


def asking_for(desk: Desk, feed: Feed) -> Asking:
    """Make ready to ask a source, with the secrets that are kept for its server."""
    kept = read_secrets(desk.settings.home, desk.database, feed.name, feed.url)
    return Asking(feed.url, Shape(**feed.shape), Secrets(kept, os.environ))
