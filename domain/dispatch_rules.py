"""What a set of dispatch rules must hold to be put in force: every mistake in one sentence."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.codes import Environment
from domain.errors import Misuse
from domain.policy_reading import (
    PolicyInvalid,
    Reader,
    collect,
    flag,
    one_of,
    table,
    text,
    whole,
)

_WEIGHT = whole(1, 8)
_FACTOR = whole(1, 10)
_SCORE = whole(1, 100)


class RulesInvalid(Misuse):
    """The dispatch rules are wrong; ``mistakes`` holds one Chinese sentence for each mistake."""

    def __init__(self, mistakes: Collection[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(
            f"交办规则文件有 {len(self.mistakes)} 处错误，请改正后重试：\n"
            + "\n".join(self.mistakes)
        )


@dataclass(frozen=True)
class Known:
    """What the rules may name: codes of units, of those that are districts, of channels."""

    units: Collection[str]
    districts: Collection[str]
    channels: Collection[str]


def check_rules(body: Mapping[str, Any], known: Known) -> None:
    """Refuse rules that are wrong, with all their mistakes."""
    built, mistakes = collect(_readers(known), body, "")
    mistakes += [
        mistake
        for key in ("environment", "unit", "region")
        for mistake in _repeated(f"[[{key}]] ", [entry["code"] for entry in built.get(key, ())])
    ]
    words = [word for region in built.get("region", ()) for word in region["words"]]
    mistakes += _repeated("[[region]] 的 words ", words)
    if mistakes:
        raise RulesInvalid(mistakes)


def _readers(known: Known) -> dict[str, Reader]:
    unit = _code(known.units, "单位代码，可用 rectify unit list 查看")
    environment = one_of(Environment)
    weighted = _entries({"code": _code(known.channels, "渠道代码"), "weight": _WEIGHT}, "code")
    words = _entries({"word": text(), "weight": _WEIGHT}, "word")
    matter = {
        "code": unit,
        "verifying": unit,
        "district_led": flag(),
        "keywords": words,
        "channels": _optional(weighted),
    }
    district = _code(known.districts, "区市或功能区的代码")
    return {
        "version": _optional(whole(1, 999_999)),
        "threshold": _SCORE,
        "margin": _SCORE,
        "subject_factor": _FACTOR,
        "body_factor": _FACTOR,
        "named_weight": _optional(whole(0, 8)),
        "default_environment": environment,
        "department_verifier": unit,
        "environment": _entries({"code": environment, "keywords": words}, "code"),
        "unit": _entries(matter, "code"),
        "region": _entries({"code": district, "words": _texts()}, "code"),
        "allegation": _optional(_allegation(unit, known, words)),
    }


def _allegation(unit: Reader, known: Known, words: Reader) -> Reader:
    """The section that tells allegations about persons, and whom they are referred to."""
    channel = _code(known.channels, "渠道代码")
    channels = _list(lambda value, path: [channel.read(item, path) for item in value])
    return table({"organ": unit, "threshold": _SCORE, "channels": channels, "words": words})


def _optional(reader: Reader) -> Reader:
    return Reader(reader.read, reader.nested, optional=True)


def _code(known: Collection[str], what: str) -> Reader:
    def read(value: object, path: str) -> str:
        if not isinstance(value, str) or value not in known:
            raise PolicyInvalid([f"{path} 应为{what}，现为 {value!r}。"])
        return value

    return Reader(read)


def _list(read_all: Callable[[list[Any], str], Any]) -> Reader:
    def read(value: object, path: str) -> Any:  # noqa: ANN401 - what the list is read into
        if not isinstance(value, list):
            raise PolicyInvalid([f"{path} 应为列表，现为 {value!r}。"])
        return read_all(value, path)

    return Reader(read)


def _texts() -> Reader:
    one = text()
    return _list(lambda value, path: [one.read(item, path) for item in value])


def _entries(readers: Mapping[str, Reader], name: str) -> Reader:
    """Read a list of sections; each is called by what it has under ``name``, once in the list."""

    def read_all(value: list[Any], path: str) -> list[dict[str, Any]]:
        found, mistakes = [], []
        for number, entry in enumerate(value, start=1):
            built, wrong = collect(readers, entry, f"{path} {_called(entry, name, number)}")
            mistakes += wrong
            found.append(built)
        if name == "word":
            mistakes += _repeated(f"{path} ", [entry.get("word") for entry in found])
        if mistakes:
            raise PolicyInvalid(mistakes)
        return found

    return _list(read_all)


def _called(entry: object, name: str, number: int) -> str:
    named = entry.get(name) if isinstance(entry, Mapping) else None
    return f"“{named}”" if isinstance(named, str) and named else f"第 {number} 项"


def _repeated(where: str, words: Collection[str | None]) -> Iterator[str]:
    for word, times in Counter(words).items():
        if word is not None and times > 1:
            yield f"{where}中“{word}”写了 {times} 次，请只留一次。"
