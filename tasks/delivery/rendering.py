"""Notices put into words by the Jinja2 templates of this program."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from domain.calendar import SHANGHAI

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
"""Where the templates are; each sets ``title``."""

_REMEMBERED = 1024
"""Instants kept in words: the notices of a round share most of theirs."""

__all__ = ["TEMPLATES", "TemplateError", "render", "zh_date", "zh_datetime"]


@lru_cache(_REMEMBERED)
def zh_date(at: datetime) -> str:
    """Write a date in Shanghai: 2026年3月2日."""
    local = at.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日"


@lru_cache(_REMEMBERED)
def zh_datetime(at: datetime) -> str:
    """Write an instant in Shanghai: 2026年3月2日18时, with minutes where there are any."""
    local = at.astimezone(SHANGHAI)
    minutes = f"{local.minute}分" if local.minute else ""
    return f"{zh_date(at)}{local.hour}时{minutes}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        autoescape=False,  # noqa: S701 - plain text
    )
    environment.filters |= {"zh_date": zh_date, "zh_datetime": zh_datetime}
    return environment


_ENVIRONMENT = _environment()


def render(template: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Give a notice's title and text; ``TemplateError`` when the template does not fit."""
    module = _ENVIRONMENT.get_template(f"{template}.j2").make_module(dict(context))
    return str(vars(module)["title"]), str(module).strip() + "\n"
