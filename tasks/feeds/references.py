"""References to secrets in headers and parameters.

``{secret}``, ``{secret:名称}`` and ``{env:FEED_…}``. Only references are kept in the database; the
secrets are put in when a page is asked for.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from domain.errors import Misuse
from tasks.feeds.addresses import names_a_secret
from tasks.feeds.trouble import Trouble

MAIN = "main"
"""What the secret is called that ``{secret}`` stands for."""
ENVIRONMENT = "FEED_"
"""Only variables that begin so are ever sent to a source."""

_REFERENCE = re.compile(r"\{(?:secret(?::(?P<secret>[A-Za-z0-9_]+))?|env:(?P<env>[A-Z0-9_]+))\}")
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,60}")
_OURS = frozenset(
    ["host", "connection", "content-length", "transfer-encoding", "accept-encoding", "te"]
)
_LONGEST = 1000


@dataclass(frozen=True)
class Secrets:
    """What may be put in: secrets by name, and the environment; neither shows in a ``repr``."""

    kept: Mapping[str, str] = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)

    def put_into(self, value: str) -> str:
        """Replace each reference; what is missing stops the pull."""
        return _REFERENCE.sub(self._found, value)

    def used_in(self, values: Mapping[str, str]) -> list[str]:
        """Give the secrets that these values refer to."""
        return [self._found(match) for text in values.values() for match in references(text)]

    def _found(self, match: re.Match[str]) -> str:
        variable = match["env"]
        if variable is not None:
            if found := self.environment.get(variable, ""):
                return found
            raise Trouble(f"运行环境里没有变量 {variable}，请设置后重新启动系统。")
        name = match["secret"] or MAIN
        if name in self.kept:
            return self.kept[name]
        given = "" if name == MAIN else f" --as {name}"
        raise Trouble(f"还没有设置来源引用的密钥，请运行 ./rectify feed secret 来源名{given}。")


def references(value: str) -> Iterator[re.Match[str]]:
    """Find the references in a value."""
    return _REFERENCE.finditer(value)


def check_values(given: Mapping[str, str], option: str) -> None:
    """Refuse headers or parameters that hold a secret themselves, or would break the request."""
    for name, value in given.items():
        if _NAME.fullmatch(name) is None or name.lower() in _OURS:
            raise Misuse(f"{option} 的名称“{name[:60]}”不能使用，请核对接口说明。")
        if len(value) > _LONGEST or not (value.isascii() and value.isprintable()):
            raise Misuse(f"{option} {name} 的值只能是一行英文、数字和符号，请改正。")
        found = list(references(value))
        if not found and names_a_secret(name):
            raise Misuse(
                f"{option} {name} 像是密钥，不能直接写出，请写成 '{name}={{secret}}' "
                "再用 feed secret 设置。"
            )
        for match in found:
            if match["env"] and not match["env"].startswith(ENVIRONMENT):
                raise Misuse(f"{option} {name} 引用的环境变量须以 {ENVIRONMENT} 开头，请改名。")
