"""What forms ask for, and how what was typed is understood."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from domain.calendar import SHANGHAI
from domain.errors import Misuse

RESUMES = time(9)
"""At which hour, Shanghai time, a shelved case is due back on its day."""
_MOST = 999


@dataclass(frozen=True)
class Asked:
    """One field of a form; ``kind`` says how it is typed: area, days, date, unit, result, files."""

    name: str
    zh: str
    kind: str
    longest: int = 200
    hint: str = ""
    required: bool = True


def typed(fields: tuple[Asked, ...], form: Mapping[str, str]) -> dict[str, str]:
    """Take what was typed for these fields, outer blanks off; refuses what lacks or is too long."""
    words = {field.name: form.get(field.name, "").strip() for field in fields}
    for field in fields:
        word = words[field.name]
        if field.required and not word and field.kind != "files":
            raise Misuse(f"请填写“{field.zh}”。")
        if len(word) > field.longest:
            raise Misuse(f"“{field.zh}”最多 {field.longest} 字，现有 {len(word)} 字，请压缩。")
    return words


def whole(word: str, what: str) -> int:
    """Read a whole number from 1 to 999."""
    if not (word.isascii() and word.isdigit() and 0 < int(word[:4]) <= _MOST):
        raise Misuse(f"{what}应为 1 到 {_MOST} 的整数，请改正。")
    return int(word)


def morning_of(word: str) -> datetime:
    """Read a day; gives its morning in Shanghai."""
    try:
        return datetime.combine(date.fromisoformat(word), RESUMES, SHANGHAI)
    except ValueError:
        raise Misuse("日期看不懂，请写成 2026-03-02 的形式。") from None
