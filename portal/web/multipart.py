"""A form with files, taken apart while it comes in (RFC 7578)."""

from types import TracebackType
from typing import BinaryIO, Self

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from portal.web.problems import BadForm
from tasks.portal.uploads import TooLarge, Uploads

_MOST_PARTS = 60


class Parts:
    """Feeds on the body; its files are open for the block only."""

    def __init__(self, boundary: bytes, uploads: Uploads, most_words: int) -> None:
        self._uploads = uploads
        self._left = most_words
        self._fields: dict[str, bytes] = {}
        self._file: BinaryIO | None = None
        self._name = ""
        self._header = b""
        self._value = b""
        self._disposition = b""
        self._count = 0
        self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._on_header,
                    "on_header_value": self._on_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_finished,
                    "on_part_data": self._data,
                    "on_part_end": self._close,
                    "on_end": self._end,
                },
            )
        except FormParserError:
            raise BadForm from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        way: TracebackType | None,
    ) -> None:
        self._close()

    def write(self, body: bytes) -> None:
        """Take the next bytes of the body."""
        try:
            self._parser.write(body)
        except FormParserError:
            raise BadForm from None

    def words(self) -> dict[str, str]:
        """Give the fields of a body that came to its end."""
        if not self._ended:
            raise BadForm
        try:
            return {name: value.decode() for name, value in self._fields.items()}
        except UnicodeDecodeError:
            raise BadForm from None

    def _begin(self) -> None:
        self._count += 1
        if self._count > _MOST_PARTS:
            raise BadForm
        self._name, self._disposition = "", b""

    def _on_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode(errors="replace")
        file = options.get(b"filename")
        if file:
            self._file = self._uploads.begin(file.decode(errors="replace")).open("xb")
        elif file is None and name:
            self._name = name
            self._fields.setdefault(name, b"")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._file.write(data[start:end])
        elif self._name:
            self._left -= end - start
            if self._left < 0:
                raise TooLarge
            self._fields[self._name] += data[start:end]

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _end(self) -> None:
        self._ended = True
