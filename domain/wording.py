"""Words that people read or write: instants in text, and free text kept free of identity.

A phone, ID-card, plate or bank-card number in free text would say who somebody is: opinions that
hold one are refused, other text is masked before anyone outside the office sees it (design:
confidentiality).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from domain.calendar import SHANGHAI
from domain.errors import Misuse

OPINION_LENGTH = 200
"""The most characters of an opinion, which is office text and shown in full."""

_MASK = "＊"
_WIDE = "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ＋－—　（）"
_NARROW = str.maketrans(_WIDE, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+-- ()")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_BANK_CARD = "银行卡号"
_PATTERNS = {
    "身份证号": r"(?<!\d)(?:\d{6}[ -]?\d{8}[ -]?\d{3}[\dX]|\d{15})(?!\d)",
    _BANK_CARD: r"(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)",
    "电话号码": (
        r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)"
        r"|(?<!\d)\(?0\d{2,3}\)?[- ]?[2-9]\d{6,7}(?!\d)"
    ),
    "车牌号": (
        rf"[{_PROVINCES}][A-Z][·•. -]?"
        r"(?=[A-Z]*\d)[A-Z\d]{4,5}[A-Z\d挂学警港澳领](?![A-Z\d])"
    ),
}
_FINDERS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _PATTERNS.items()}
_DIGIT = re.compile(r"\d")
"""Every number looked for has one: most texts have none, and need no closer look."""
_TEN = 10

Finding = tuple[str, int, int]
"""What kind of number stands where: its name, first character and the one after its last."""


def moment(instant: datetime) -> str:
    """Write an instant as Shanghai time, to the minute: ``2026-03-02 18:00``."""
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def check_opinion(text: str) -> str:
    """Give an opinion back without outer blanks, or refuse it with ``Misuse``, saying why."""
    opinion = text.strip()
    if len(opinion) > OPINION_LENGTH:
        raise Misuse(f"意见最多 {OPINION_LENGTH} 字，现有 {len(opinion)} 字，请压缩后再提交。")
    for name, _, _ in _findings(opinion):
        raise Misuse(f"意见中含有{name}，请删去后再提交：意见会公开给办理单位。")
    return opinion


def mask(text: str) -> str:
    """Cover every number that says who somebody is with as many ＊; the rest stays as it is."""
    while found := tuple(_findings(text)):
        text = _covered(text, found)
    return text


def _findings(text: str) -> Iterator[Finding]:
    if _DIGIT.search(text) is None:
        return
    narrow = text.translate(_NARROW)
    for name, finder in _FINDERS.items():
        for match in finder.finditer(narrow):
            if name != _BANK_CARD or _luhn(match[0]):
                yield name, match.start(), match.end()


def _covered(text: str, found: Iterable[Finding]) -> str:
    characters = list(text)
    for _, start, end in found:
        characters[start:end] = _MASK * (end - start)
    return "".join(characters)


def _luhn(number: str) -> bool:
    """Whether the check digit fits, as it does in every bank card's number."""
    digits = [int(character) for character in reversed(number) if character.isdigit()]
    doubled = [sum(divmod(2 * digit, _TEN)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % _TEN == 0
