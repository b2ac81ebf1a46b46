"""Texts cleaned of what no reader sees, and coded values by the words people use for them."""

import re

from domain.codes import Environment, Kind, Term, Urgency

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
# Between two digits an unseen character would keep a phone number from being masked.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f]")
_UNSEEN_IN_NUMBER = re.compile(rf"(?<=\d){_UNSEEN.pattern}+(?=\d)")
_NOBODY = frozenset(
    ["匿名", "无", "不详", "未知", "未提供", "-", "--", "—", "——", "/", "n/a", "null"]
)
_SUFFIXES = ("环境", "事项")


def whole(text: str) -> str:
    """A text of several lines: its line ends made one, control characters gone.

    Unseen characters stay where they shape a script or an emoji, not inside a number.
    """
    if text.isprintable():
        return text.strip()
    plain = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return _UNSEEN_IN_NUMBER.sub("", plain)


def line(text: str) -> str:
    """A text of one line: whatever parts its words is one blank."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(_UNSEEN.sub("", _CONTROLS.sub("", text.replace("\r", "\n"))).split())


def somebody(text: str) -> str:
    """A name or number; what only says that there is none becomes empty."""
    given = line(text)
    return "" if given.casefold() in _NOBODY else given


def _words(terms: type[Term]) -> dict[str, str]:
    words = {term.value: term.value for term in terms} | {term.zh: term.value for term in terms}
    for term in terms:
        for suffix in _SUFFIXES:
            words.setdefault(term.zh.removesuffix(suffix), term.value)
    return words


TERMS: dict[str, type[Term]] = {
    "environment": Environment,
    "kind": Kind,
    "urgency": Urgency,
}
"""The fields that hold codes, and the terms of each."""
WORDS = {field: _words(terms) for field, terms in TERMS.items()}
"""By field, the code of each word: the code itself, the Chinese term, and its short form."""
