"""Wrong usage in one Chinese sentence: what was wrong, and where the right way stands."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    MissingParameter,
    NoSuchOption,
    UsageError,
)
from typer.core import TyperGroup

_NO_COMMAND = re.compile(r"No such command '(.*?)'\.?", re.DOTALL)
_EXTRA = re.compile(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", re.DOTALL)


def in_words(error: UsageError) -> str:
    """Say what was wrong with the words typed."""
    path = error.ctx.command_path if error.ctx is not None else "./rectify"
    return f"{_what(error)}；用法见 {path} --help。"


def _what(error: UsageError) -> str:
    if isinstance(error, NoSuchOption):
        return f"没有选项 {error.option_name}{_perhaps(error.possibilities or ())}"
    if isinstance(error, MissingParameter):
        return f"缺少{_named(error)}"
    if isinstance(error, BadParameter):
        return f"{_named(error)}的取值不对"
    if isinstance(error, BadOptionUsage):
        return f"选项 {error.option_name} 的取值缺少或多余"
    return _said(error)


def _said(error: UsageError) -> str:
    if found := _NO_COMMAND.match(error.message):
        return f"没有命令“{found[1]}”{_perhaps(_similar(error, found[1]))}"
    if found := _EXTRA.match(error.message):
        return f"多余的参数“{found[1]}”"
    return "命令写得不对"


def _named(error: BadParameter) -> str:
    """Name the option or argument as it is typed."""
    parameter = error.param
    if parameter is None:
        return "参数"
    if parameter.param_type_name == "option":
        return f"选项 {'/'.join((*parameter.opts, *parameter.secondary_opts))}"
    return f"参数“{parameter.metavar or parameter.name}”"


def _similar(error: UsageError, typed: str) -> list[str]:
    if error.ctx is None or not isinstance(error.ctx.command, TyperGroup):
        return []
    return get_close_matches(typed, error.ctx.command.commands)


def _perhaps(names: Iterable[str]) -> str:
    likely = " 或 ".join(sorted(names))
    return f"，是否要写 {likely}" if likely else ""
