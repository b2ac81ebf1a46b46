"""What is kept of a message to find others about the same thing: hashes, never its words.

A message is taken apart into pairs of neighbouring characters (shingles). Those next to words like
小区 or 路 name a place. Numbers that say who somebody is are masked before.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from domain.simplified import simplified
from domain.topics import topics
from domain.wording import mask

CHARACTERS = 190
"""How much of a text is looked at: what a message is about is said at its beginning."""
_NAME = 5
"""Characters before a word like 小区 that can belong to the name."""
_HASH_BYTES = 4

_PLACE = re.compile(
    "小区|社区|家园|花园|公寓|大厦|广场|学院|大学|中学|小学|[一二三]小|学校|幼儿园|医院|公园|街道"
    "|中心|酒店|公司|集团|大道|隧道|机场|车站|楼盘|项目|工地|商城"
    "|[路街巷村镇乡苑府城湾庭园居里邸墅院湖山]"
)
_BREAK = re.compile(
    "[的在是和与及有了我们您请问咨询反映投诉举报关于位于家住对被把给向从到为由让建议希望恳求督促"
    rf"尊敬领导书记县长市长好\W_]|[A-Z]\d*[区县市]|\d+|{_PLACE.pattern}"
)
_CODED_DISTRICT = re.compile(r"[A-Z]\d+[区县市]")
_EMPTY = re.compile(r"[\W_的了是在我们有和不]+")
"""What stands between words, and characters that say nothing beside others."""
_NUMBER = re.compile(r"(?:\d[ -]?\(?\)?){7}|[A-Z][·•. -]?[A-Z\d]{4}")
"""Whatever ``mask`` covers is like this; to ask first saves most of its time."""
_TAIL = re.compile(r"[\dA-Z -]+$")


class _Hashes(dict[str, int]):
    """Hashes of shingles, each computed once; few enough to keep."""

    def __missing__(self, shingle: str) -> int:
        digest = blake2b(shingle.encode(), digest_size=_HASH_BYTES).digest()
        self[shingle] = hashed = int.from_bytes(digest, signed=True)
        return hashed


HASHES = _Hashes()
"""The hash of a shingle: 32 bits, signed, the same on every machine."""


@dataclass(frozen=True)
class Fingerprint:
    """Shingles of subject, body and places (those of the subject apart), districts and topics."""

    subject: frozenset[int]
    body: frozenset[int]
    named: frozenset[int]
    places: frozenset[int]
    districts: frozenset[int]
    subject_topics: int
    topics: int

    @cached_property
    def whole(self) -> frozenset[int]:
        """All shingles of the text."""
        return self.subject | self.body

    @cached_property
    def keys(self) -> frozenset[int]:
        """The shingles by which others find it: those of subject and places."""
        return self.subject | self.places


def fingerprint(
    subject: str, body: str, party: str = "", districts: Iterable[str] = ()
) -> Fingerprint:
    """Take a message apart.

    ``party`` is the firm or project concerned, which tells as much as a place does; ``districts``
    are the names of districts that texts may mention.
    """
    head, rest = plain(subject), plain(body)
    where = _districts(head + rest, districts)
    named = _places(head, where).union(shingles(pieces(plain(party))))
    main, others = topics(head), topics(rest)
    return Fingerprint(
        subject=_hashed(shingles(pieces(head))),
        body=_hashed(shingles(pieces(rest))),
        named=_hashed(named),
        places=_hashed(named | _places(rest, where)),
        districts=_hashed(where),
        subject_topics=main or others,
        topics=main | others,
    )


def plain(text: str) -> str:
    """Give the part of a text that is looked at, masked and in one form of each character."""
    beginning = simplified(unicodedata.normalize("NFKC", text[:CHARACTERS])).upper()
    if _NUMBER.search(beginning):
        beginning = mask(beginning)
    return _TAIL.sub("", beginning) if len(text) > CHARACTERS else beginning


def pieces(text: str) -> list[str]:
    """Cut a text where a shingle would say nothing."""
    return _EMPTY.split(text)


def shingles(words: Iterable[str]) -> list[str]:
    """Give the pairs of neighbouring characters of words, in their order."""
    return [word[start : start + 2] for word in words for start in range(len(word) - 1)]


def _hashed(words: Iterable[str]) -> frozenset[int]:
    return frozenset([HASHES[word] for word in words])


def _places(text: str, districts: Iterable[str]) -> set[str]:
    for name in districts:
        text = text.replace(name, " ")
    starts = [match.start() for match in _PLACE.finditer(text)]
    names = [_BREAK.split(text[max(0, start - _NAME) : start])[-1] for start in starts]
    return set(shingles(names))


def _districts(text: str, names: Iterable[str]) -> set[str]:
    return {name for name in names if name in text}.union(_CODED_DISTRICT.findall(text))
