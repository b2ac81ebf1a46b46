"""Numbers that say who somebody is, found in free text however they are written.

Phone, ID-card, bank-card and plate numbers and e-mail addresses; with blanks, hyphens or dots in
between, in full-width or other digits, phone and ID numbers in Chinese numerals too. Rather too
much is found than too little: any run of 15 to 19 digits counts. Not found is what has no shape of
its own: a name, a street, a local number without its area code, an account of a chat service.
"""

import re
from collections.abc import Iterator
from unicodedata import category, decimal, normalize

Finding = tuple[str, int, int]
"""What kind of number stands where: its name, first character and the one after its last."""

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SEP = r"[ .-]{0,3}"
_ONE = r"[ .-]"
_PATTERNS = {
    "身份证号": (
        rf"(?<!\d)(?:\d{{6}}{_SEP}\d{{8}}{_SEP}\d{{3}}[\dX]|\d{{6}}{_SEP}\d{{4}}{_SEP}\d{{4}}{_SEP}"
        rf"\d{{3}}[\dX]|\d{{17}}[\dX]|\d{{6}}{_SEP}\d{{6}}{_SEP}\d{{3}})(?!\d)"
    ),
    "银行卡号": (
        rf"(?<!\d)(?:\d{{15,19}}|\d{{4}}(?:{_ONE}{{1,3}}\d{{4}}){{3}}(?:{_SEP}\d{{0,2}}[\dX])?"
        rf"|\d{{4}}{_ONE}\d{{11,15}}|\d{{6}}{_ONE}\d{{9,13}}"
        rf"|\d(?:{_ONE}\d){{13,17}}{_ONE}[\dX])(?!\d)"
    ),
    "电话号码": (
        rf"(?<!\d)(?:\+?86{_SEP})?1[3-9]\d{_SEP}\d{{4}}{_SEP}\d{{4}}(?!\d)"
        rf"|(?<!\d)(?<!\d{_ONE})(?:\+?86{_SEP})?1{_ONE}?[3-9](?:{_ONE}?\d){{9}}(?!\d)"
        rf"|(?<!\d)\(?0\d{{2,3}}\)?{_SEP}[2-9]\d{{2,3}}{_ONE}?\d{{4}}(?!\d)"
    ),
    "车牌号": (
        rf"[{_PROVINCES}]{_ONE}?[A-Z]{_SEP}"
        rf"(?=[A-Z .-]{{0,8}}\d)(?:[A-Z\d]{_ONE}?){{4,5}}[A-Z\d挂学警港澳领](?![A-Z\d])"
    ),
    "电子邮箱": r"[A-Z\d][A-Z\d._%+-]*@[A-Z\d-]+(?:\.[A-Z\d-]+)+",
}
_FINDERS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _PATTERNS.items()}
_SPOKEN = ("身份证号", "电话号码")
"""What people also write in Chinese numerals."""
_TELLING = re.compile(r"[\d@]")
"""Every number looked for has one of these: most texts have none, and need no closer look."""
_NUMERALS = dict(
    zip(
        map(ord, "零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两"),
        "00012345678911234567892",
        strict=True,
    )
)
_SPELT = re.compile(r"(?:[零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两\d][ .-]?){11}")


class _Plain(dict[int, str]):
    """By character, the one that the patterns know it as; worked out once each."""

    def __missing__(self, code: int) -> str:
        plain = self[code] = _plain(chr(code))
        return plain


def _plain(character: str) -> str:
    kind = category(character)
    if kind in {"Zs", "Cf"} or character == "\t":
        return " "
    if kind == "Pd" or character in "−~～ー_＿/／":
        return "-"
    if character in "·•・．。‧∙⋅●":
        return "."
    digit = decimal(character, None)
    if digit is not None:
        return str(digit)
    same = normalize("NFKC", character)
    return same if len(same) == 1 and same.isascii() else character


_PLAIN = _Plain()


def findings(text: str) -> Iterator[Finding]:
    """Find them all; several may overlap."""
    if _TELLING.search(text):
        plain = text.translate(_PLAIN)
        for name, finder in _FINDERS.items():
            for match in finder.finditer(plain):
                yield name, match.start(), match.end()
    if _SPELT.search(text):
        spelt = text.translate(_PLAIN).translate(_NUMERALS)
        for name in _SPOKEN:
            for match in _FINDERS[name].finditer(spelt):
                yield name, match.start(), match.end()


_D, _S = r"[\d０-９]", "[ \u3000\u00a0\u200b-\u200f.·•．－—–-]"
_LETTER = "[A-Za-zＡ-Ｚａ-ｚ]"
FORM_PATTERN = (
    rf"^(?![\s\S]*(?:{_D}{{7}}|[1１]{_S}{{0,3}}[3-9３-９](?:{_S}{{0,3}}{_D}){{9}}"
    rf"|{_D}{{4}}(?:{_S}{{1,3}}{_D}{{4}}){{3}}|{_D}(?:{_S}{_D}){{14}}"
    rf"|[0０]{_D}{{2,3}}[)）]?{_S}{{0,3}}[2-9２-９](?:{_S}?{_D}){{6}}"
    rf"|[{_PROVINCES}]{_S}?{_LETTER}{_S}{{0,3}}(?=(?:{_LETTER}|{_S}){{0,8}}{_D})"
    rf"(?:(?:{_LETTER}|{_D}){_S}?){{4}}(?:{_LETTER}|{_D}|[挂学警港澳领])|(?:[〇零一二三四五六七八九幺]{_S}?){{11}}|[\w.+-]+@[\w-]+\.\w))"
)
"""A regular expression (JSON Schema's dialect) that no text with such a number fits: a form refuses
it before anything of it is stored. Coarser than ``findings``: seven digits running are enough.
"""
