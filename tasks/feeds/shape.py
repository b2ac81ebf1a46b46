"""How a source is asked and how its answer is read, as data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

FORMATS = ("json", "csv")
PAGING = ("none", "page", "offset", "next", "cursor")
"""One page; by page number; by offset; by a link to the next; by a token for the next."""
TIMES = ("iso", "plain", "epoch", "epoch_ms", "number")
"""How ``since`` is written: ISO 8601, Shanghai's wall clock, seconds, milliseconds, or a number
that is no time."""

_MIB = 1 << 20
_PARAMETERS = {"page": "page", "offset": "offset", "cursor": "cursor"}


@dataclass(frozen=True)
class Shape:
    """All of a source but its name, channel and address.

    ``rows`` and ``next`` are dotted paths in the answer, ``ok`` a path and the value it must have
    (``code=0``); an empty ``next`` stands for the Link header. ``since_field`` is a path in a row;
    ``overlap`` is how far before the cursor a pull begins, in minutes (of numbers: in ones).
    ``columns`` gives paths in a row by field. ``headers`` and ``query`` hold references to secrets,
    never secrets. ``timeout`` is seconds for a whole page, ``most_bytes`` counts after unpacking,
    ``rows_per_second`` 0 means no pause.
    """

    format: str = "json"
    rows: str = ""
    ok: str = ""
    paging: str = "none"
    page_param: str = ""
    first: int = 1
    size: int = 0
    size_param: str = "size"
    next: str = ""
    since_param: str = ""
    since_field: str = ""
    since_format: str = "iso"
    overlap: int = 120
    timeout: int = 30
    most_pages: int = 50
    most_bytes: int = 8 * _MIB
    rows_per_second: int = 0
    ca_file: str = ""
    plain_http: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def asks_for(self) -> str:
        """The query parameter that says which page is wanted."""
        return self.page_param or _PARAMETERS.get(self.paging, "")

    def document(self) -> dict[str, Any]:
        """Give it as it is kept."""
        return asdict(self)
