"""Refusals of the rules as they read on a page: without the command line, with names for codes."""

import re
from collections.abc import Mapping

_HINT = re.compile(r"（[-a-z_ ]+）")
"""Commands and options that a sentence names in brackets."""
_CODE = re.compile(r"\b[a-z][a-z0-9_]+\b", re.ASCII)


def on_page(sentence: str, names: Mapping[str, str]) -> str:
    """Give a refusal as people read it who never see the command line."""
    plain = _HINT.sub("", sentence).replace("（rectify case list 可查）", "")
    return _CODE.sub(lambda found: names.get(found[0], found[0]), plain)
