"""Words that people read or write: instants in text, and free text kept free of identity.

A phone, ID-card, plate or bank-card number or an e-mail address in free text would say who somebody
is: opinions that hold one are refused, other text is masked before anyone outside the office sees
it (design: confidentiality).
"""

from collections.abc import Iterable
from datetime import datetime

from domain.calendar import SHANGHAI
from domain.errors import Misuse
from domain.personal_numbers import Finding, findings

OPINION_LENGTH = 200
"""The most characters of an opinion, which is office text and shown in full."""

_MASK = "＊"


def moment(instant: datetime) -> str:
    """Write an instant as Shanghai time, to the minute: ``2026-03-02 18:00``."""
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def check_opinion(text: str) -> str:
    """Give an opinion back without outer blanks, or refuse it with ``Misuse``, saying why."""
    opinion = text.strip()
    if len(opinion) > OPINION_LENGTH:
        raise Misuse(f"意见最多 {OPINION_LENGTH} 字，现有 {len(opinion)} 字，请压缩后再提交。")
    for name, _, _ in findings(opinion):
        raise Misuse(f"意见中含有{name}，请删去后再提交：意见会公开给办理单位。")
    return opinion


def mask(text: str) -> str:
    """Cover every number that says who somebody is with as many ＊; the rest stays as it is."""
    while found := tuple(findings(text)):
        text = _covered(text, found)
    return text


def _covered(text: str, found: Iterable[Finding]) -> str:
    characters = list(text)
    for _, start, end in found:
        characters[start:end] = _MASK * (end - start)
    return "".join(characters)
