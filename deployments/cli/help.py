"""Help in Chinese: what Typer itself says in English is said in Chinese here."""

from typing import Any

from typer import rich_utils
from typer._click import Context
from typer.core import TyperCommand, TyperGroup

PROGRAM = "./rectify"

rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
rich_utils.OPTIONS_PANEL_TITLE = "选项"
rich_utils.COMMANDS_PANEL_TITLE = "命令"
rich_utils.REQUIRED_LONG_STRING = "（必填）"
rich_utils.DEFAULT_STRING = "（默认 {}）"


class Command(TyperCommand):
    """A command whose help is Chinese."""

    def get_help_option(self, ctx: Context) -> Any:  # noqa: ANN401 - as Typer's own
        """Give `--help` with a Chinese explanation."""
        return _in_chinese(super().get_help_option(ctx))

    def get_usage(self, ctx: Context) -> str:
        """Give the usage line."""
        return _usage(super().get_usage(ctx))


class Group(TyperGroup):
    """A group of commands whose help is Chinese."""

    def get_help_option(self, ctx: Context) -> Any:  # noqa: ANN401 - as Typer's own
        """Give `--help` with a Chinese explanation."""
        return _in_chinese(super().get_help_option(ctx))

    def get_usage(self, ctx: Context) -> str:
        """Give the usage line."""
        return _usage(super().get_usage(ctx))


def _in_chinese(option: Any) -> Any:  # noqa: ANN401 - as Typer's own
    if option is not None:
        option.help = "显示帮助。"
    return option


def _usage(text: str) -> str:
    for english, chinese in (
        ("Usage:", "用法："),
        ("[OPTIONS]", "[选项]"),
        ("COMMAND [ARGS]...", "命令 …"),
    ):
        text = text.replace(english, chinese)
    return text
