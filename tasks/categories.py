"""The model of categories that an operator trained: kept by version, the last one in force."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from domain.categorising import Categories, load
from domain.errors import Refused
from tasks.desk import Desk
from tasks.settings import Settings

_FOLDER = "categories"
_NUMBERED = "v*.json"


def category_in_words(desk: Desk, subject: str, body: str) -> str:
    """Suggest a category with what spoke for it; nothing where no model was trained."""
    path = latest(desk.settings)
    if path is None or not (subject + body).strip():
        return ""
    best, *others = _loaded(path).suggest(subject, body)
    why = f"（依据：{'、'.join(best.words)}）" if best.words else ""
    more = f"，其次{'、'.join(one.name for one in others)}" if others else ""
    return f"类别建议：{best.name}{why}{more}。"


def latest(settings: Settings) -> Path | None:
    """Give the file of the model in force, if one was ever trained."""
    return max((settings.home / _FOLDER).glob(_NUMBERED), key=version_of, default=None)


def version_of(path: Path) -> int:
    """Give the version of a model's file."""
    number = path.stem.removeprefix("v")
    return int(number) if number.isdecimal() else 0


def read_model(path: Path) -> dict[str, Any]:
    """Read the file of a model; refuses one that is broken."""
    try:
        model: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        raise Refused(f"类别模型文件 {path} 读不出来，请删去后重新训练。") from None
    return model


def write_model(settings: Settings, version: int, model: Mapping[str, Any]) -> None:
    """Write a version beside the others; a half-written one is never found."""
    folder = settings.home / _FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / f"{version}.part"
    unfinished.write_text(json.dumps(model, ensure_ascii=False), "utf-8")
    unfinished.replace(folder / f"v{version}.json")


@lru_cache(maxsize=1)
def _loaded(path: Path) -> Categories:
    return load(read_model(path))
