"""Reads TOML-shaped data into frozen dataclasses and says every mistake in one sentence.

A field says how it is read in its annotation, ``Annotated[type, reader]``; a missing key takes the
field's default where it has one. Paths are written as the file shows them: ``[finish].ordinary``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import time
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from domain.errors import Misuse
from domain.limits import Limit

Read = Callable[[object, str], Any]
"""Takes a raw value and its path; gives the value read or raises ``PolicyInvalid``."""


_FULL = 100


class PolicyInvalid(Misuse):
    """The policy is wrong; ``mistakes`` holds one Chinese sentence for each mistake."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(
            f"政策文件有 {len(self.mistakes)} 处错误，请改正后重试：\n" + "\n".join(self.mistakes)
        )


@dataclass(frozen=True)
class Reader:
    """How a key is read; a ``nested`` one is a section, an ``optional`` one may be missing."""

    read: Read
    nested: bool = False
    optional: bool = False


def _mistake(path: str, wanted: str, value: object) -> PolicyInvalid:
    return PolicyInvalid([f"{path} 应为{wanted}，现为 {value!r}。"])


def limit_in(*units: str) -> Reader:
    """Read a limit in one of these units, such as ``5wd``."""

    def read(value: object, path: str) -> Limit:
        try:
            limit = Limit.parse(value) if isinstance(value, str) else None
        except Misuse:
            limit = None
        if limit is None or limit.unit not in units:
            examples = "、".join(f"5{unit}" for unit in units)
            raise _mistake(path, f"时限（写法如 {examples}）", value)
        return limit

    return Reader(read)


def whole(low: int, high: int) -> Reader:
    """Read a whole number from ``low`` to ``high``."""

    def read(value: object, path: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise _mistake(path, f" {low} 到 {high} 的整数", value)
        return value

    return Reader(read)


def percentage() -> Reader:
    """Read a number from 0 to 100."""

    def read(value: object, path: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _FULL:
            raise _mistake(path, " 0 到 100 的数", value)
        return float(value)

    return Reader(read)


def flag() -> Reader:
    """Read true or false."""

    def read(value: object, path: str) -> bool:
        if not isinstance(value, bool):
            raise _mistake(path, " true 或 false", value)
        return value

    return Reader(read)


def text() -> Reader:
    """Read text that is not blank."""

    def read(value: object, path: str) -> str:
        if not isinstance(value, str) or not value.strip():
            raise _mistake(path, "非空文字", value)
        return value

    return Reader(read)


def hour() -> Reader:
    """Read an hour of the day such as ``"09:00"``."""

    def read(value: object, path: str) -> time:
        try:
            wall = time.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            wall = None
        if wall is None or wall.tzinfo is not None:
            raise _mistake(path, '钟点（写法如 "09:00"）', value)
        return wall

    return Reader(read)


def one_of(allowed: Iterable[str]) -> Reader:
    """Read one code among ``allowed``."""
    known = tuple(str(item) for item in allowed)

    def read(value: object, path: str) -> str:
        if not isinstance(value, str) or value not in known:
            raise _mistake(path, f"下列代码之一：{'、'.join(known)}", value)
        return value

    return Reader(read)


def codes(allowed: Iterable[str]) -> Reader:
    """Read a list of distinct codes, each among ``allowed``."""
    known = tuple(str(item) for item in allowed)

    def read(value: object, path: str) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or len({*map(str, value)}) != len(value):
            raise _mistake(path, "不重复的列表", value)
        strangers = [item for item in value if item not in known]
        if strangers:
            raise _mistake(path, f"下列代码组成的列表：{'、'.join(known)}", strangers)
        return tuple(value)

    return Reader(read)


def rising(low: int, high: int) -> Reader:
    """Read a list, not empty, of rising whole numbers from ``low`` to ``high``."""
    number = whole(low, high)

    def read(value: object, path: str) -> tuple[int, ...]:
        if not isinstance(value, list | tuple) or not value:
            raise _mistake(path, "非空的数字列表", value)
        found = tuple(number.read(item, path) for item in value)
        if list(found) != sorted(set(found)):
            raise _mistake(path, "由小到大且不重复的列表", value)
        return found

    return Reader(read)


def table(readers: Mapping[str, Reader]) -> Reader:
    """Read a section with exactly these keys into a dict in their order."""

    def read(value: object, path: str) -> dict[str, Any]:
        built, mistakes = collect(readers, value, path)
        if mistakes:
            raise PolicyInvalid(mistakes)
        return built

    return Reader(read, nested=True)


def section(cls: type, **given: object) -> Reader:
    """Read a section into a dataclass; ``given`` fields come from us, not from the file.

    The dataclass may refuse contradictions in its ``__post_init__`` (see ``refuse``).
    """
    inner = table(readers_of(cls))

    def read(value: object, path: str) -> object:
        return cls(**given, **inner.read(value, path))

    return Reader(read, nested=True)


def readers_of(cls: type) -> dict[str, Reader]:
    """Find the readers in the annotations of a dataclass, in the order of its fields."""
    hints = get_type_hints(cls, include_extras=True)
    return {
        item.name: Reader(reader.read, reader.nested, _may_be_missing(item))
        for item in fields(cls)
        if get_origin(hints[item.name]) is Annotated
        for reader in get_args(hints[item.name])[1:]
    }


def _may_be_missing(item: Field[Any]) -> bool:
    return item.default is not MISSING or item.default_factory is not MISSING


def collect(
    readers: Mapping[str, Reader], value: object, path: str
) -> tuple[dict[str, Any], list[str]]:
    """Read what can be read of a section, and say what cannot."""
    if not isinstance(value, Mapping):
        return {}, [f"{path} 应为一节，现为 {value!r}。"]
    built: dict[str, Any] = {}
    mistakes = [
        f"{_join(path, key)} 不是已知的项，请删去或改正拼写。"
        for key in value
        if key not in readers
    ]
    for key, reader in readers.items():
        place = _join(path, key, nested=reader.nested)
        if key in value:
            try:
                built[key] = reader.read(value[key], place)
            except PolicyInvalid as error:
                mistakes += error.mistakes
        elif not reader.optional:
            mistakes.append(f"缺少 {place}，请补上。")
    return built, mistakes


def refuse(*contradictions: tuple[bool, str]) -> None:
    """Raise ``PolicyInvalid`` with the sentences of those contradictions that are present."""
    present = [sentence for wrong, sentence in contradictions if wrong]
    if present:
        raise PolicyInvalid(present)


def _join(path: str, key: object, *, nested: bool = False) -> str:
    if nested:
        return f"[{path[1:-1]}.{key}]" if path else f"[{key}]"
    return f"{path}.{key}" if path else str(key)
