"""Canaries: strings that stand nowhere else, each telling where it was put in and how written."""

from dataclasses import dataclass
from itertools import count

from tests.acceptance.canary_search import Mark

_numbers = count(1)
_FULL_WIDTH = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
_SPOKEN = str.maketrans("0123456789", "〇幺二三四五六七八九")


def _plain(*parts: str) -> str:
    return "".join(parts)


def _split(*parts: str) -> str:
    return " ".join(parts)


def _wide(*parts: str) -> str:
    return "".join(parts).translate(_FULL_WIDTH)


def _wide_split(*parts: str) -> str:
    return "\u3000".join(part.translate(_FULL_WIDTH) for part in parts)


def _dashed(*parts: str) -> str:
    return "-".join(parts)


WRITINGS = {
    "plain": _plain,
    "split": _split,
    "wide": _wide,
    "wide and split": _wide_split,
    "dashed": _dashed,
}
"""How people write a number, from its parts."""


@dataclass
class Marks:
    """All canaries of a run, in the order in which they were made."""

    made: list[Mark]

    def numbers(self, where: str, writing: str = "plain") -> str:
        """Make phone, ID-card, plate and bank-card numbers; give the words that say them."""
        n = next(_numbers)
        kinds = {
            "phone": ("157", f"{7300 + n}", f"{9173 - n}"),
            "id": ("370283", f"1967{1000 + n}", f"{2900 + n}"),
            "plate": ("鲁B", f"{100 + n}QX"),
            "card": ("6228", "4803", f"{1000 + n}", f"{9000 - n}", "174"),
        }
        said = {kind: self._say(where, kind, writing, parts) for kind, parts in kinds.items()}
        said["spoken"] = self._spoken(where) if writing == "wide" else ""
        return f"电话{said['phone']}，身份证{said['id']}，车{said['plate']}，卡{said['card']}。" + (
            f"手机{said['spoken']}。" if said["spoken"] else ""
        )

    def phone(self, where: str, writing: str = "plain") -> str:
        """Make a phone number alone."""
        n = next(_numbers)
        return self._say(where, "phone", writing, ("157", f"{7300 + n}", f"{9173 - n}"))

    def name(self, where: str) -> str:
        """Make a person's name and address."""
        n = next(_numbers)
        name, address = f"闾丘赜{chr(0x9F00 + n)}", f"蘅芷巷{chr(0x9E00 + n)}字号院"
        self.made += [Mark(f"{where}, name", name), Mark(f"{where}, address", address)]
        return f"{name}（{address}）"

    def add(self, where: str, text: str) -> None:
        """Note a canary of another shape."""
        self.made.append(Mark(where, text))

    def words(self, where: str) -> str:
        """Make words that only the text that came in has: Prefect never sees them."""
        word = f"纴织{chr(0x9D00 + next(_numbers))}缂丝"
        self.made.append(Mark(f"{where}, words", word, body=True))
        return word

    def _spoken(self, where: str) -> str:
        digits = f"1577{next(_numbers):04d}913"
        self.made.append(Mark(f"{where}, phone in numerals", digits.translate(_SPOKEN)))
        return digits.translate(_SPOKEN)

    def _say(self, where: str, kind: str, writing: str, parts: tuple[str, ...]) -> str:
        written = WRITINGS[writing](*parts)
        self.made.append(Mark(f"{where}, {kind}, {writing}", "".join(parts), written))
        return written
