"""What operators choose in drop-downs, read back: Chinese words or codes."""

import re
from collections.abc import Mapping

from domain.codes import HIGHEST_LEVEL
from domain.errors import Misuse

ACCEPTANCE = ("通过", "退回")
GRANTING = ("同意", "不同意")
YES_NO = ("是", "否")
FINDINGS = ("合格", "不合格")
LEVELS = {str(level): f"{level} 级" for level in range(HIGHEST_LEVEL)}
"""Levels that a case can be lowered to."""
_YES = {"通过", "同意", "是", "合格", "yes", "accept", "grant", "passed"}
_NO = {"退回", "不同意", "否", "不合格", "no", "reject", "refuse", "failed"}


def agreed(answer: str) -> bool:
    """Read a yes or no; refuses anything else."""
    word = answer.strip().lower()
    if word not in _YES | _NO:
        raise Misuse(f"“{answer}”不是可选的答复，请从“通过、同意、是、合格”或其反面中选择。")
    return word in _YES


def coded(terms: Mapping[str, str], word: str, what: str) -> str:
    """Give the code of a word that is a code or its Chinese term; refuses others."""
    codes = {**{zh: code for code, zh in terms.items()}, **{code: code for code in terms}}
    if word.strip() not in codes:
        raise Misuse(f"{what}“{word}”不认识，请从中选择：{'、'.join(terms.values())}。")
    return codes[word.strip()]


def several(text: str) -> tuple[str, ...]:
    """Split what was typed for several units."""
    return tuple(part for part in re.split(r"[\s,，、;；]+", text) if part)
