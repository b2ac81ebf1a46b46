"""Dotted paths into JSON: ``data.rows``, ``content.0.text``; an empty path is the whole."""

from typing import Final

MISSING: Final = object()
"""What is at a path that ends before its goal: a key is not there, or null."""
BLOCKED: Final = object()
"""What is at a path that would lead through a text or number: it was made for other answers."""


def dig(value: object, path: str) -> object:
    """Give what stands at a path; a key that holds the dots itself comes first."""
    if not path:
        return value
    if isinstance(value, dict) and path in value:
        return value[path]
    head, dot, rest = path.partition(".")
    inner = _step(value, head)
    return dig(inner, rest) if dot and inner is not MISSING and inner is not BLOCKED else inner


def _step(value: object, key: str) -> object:
    if isinstance(value, dict):
        return value.get(key, MISSING)
    if isinstance(value, list) and key.isascii() and key.isdigit():
        return value[int(key)] if len(key) < len("10000") and int(key) < len(value) else MISSING
    return MISSING if value is None else BLOCKED
