"""Which columns the files of a channel may have: the usual ones, its own, and its saved mapping."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from domain.errors import Misuse
from tasks.reading.columns import COLUMNS, Columns, plain
from tasks.reading.words import line

OWN: Columns = MappingProxyType(
    {
        "symptom": ("问题表现", "具体表现"),
        "measures": ("整改措施", "拟采取措施"),
        "leader": ("责任领导", "责任人"),
        "deadline": ("整改时限", "完成时限"),
        "studied_on": ("党委（党组）研究日期", "党委研究日期", "党组研究日期", "研究日期"),
        "district": ("所在区市", "区市", "属地", "所属区市", "行政区"),
        "cause": ("未落地原因类别", "原因类别", "未落地原因"),
    }
)
"""Columns that only some channels have, but for those that all have. What stands in them becomes
lines of the text, so that nothing of it is lost."""

_EVERYWHERE = ("district",)
"""Whoever sends a ledger may say in which district a matter lies: the dispatch rules read it."""

FIELD_ZH: Mapping[str, str] = MappingProxyType(
    {
        "source_id": "编号",
        "subject": "事由",
        "body": "内容",
        "reporter": "反映人",
        "phone": "联系电话",
        "reported_at": "发现时间",
        "party": "涉事主体",
        "environment": "环境类别",
        "kind": "事项类别",
        "urgency": "紧急程度",
        "unit": "建议责任单位",
        **{field: names[0] for field, names in OWN.items()},
    }
)
"""What a field is called, in the order in which a template has them."""

_LONGEST = 60
_NO_MAPPING: Mapping[str, str] = MappingProxyType({})


def known_fields(own: Iterable[str]) -> Columns:
    """Give the fields of a channel with these of its own, each with its usual headers."""
    fields = dict.fromkeys((*own, *_EVERYWHERE))
    return {**COLUMNS, **{field: OWN[field] for field in fields if field in OWN}}


def columns_for(own: Iterable[str], mapping: Mapping[str, str] = _NO_MAPPING) -> Columns:
    """Give what to look for in a file: a mapped header first, then the usual ones.

    A header that is mapped stands for its own field alone.
    """
    taken = {plain(header) for header in mapping.values()}
    return {
        field: (
            *([mapping[field]] if field in mapping else []),
            *(name for name in names if plain(name) not in taken),
        )
        for field, names in known_fields(own).items()
    }


def read_mapping(
    pairs: Sequence[str], own: Iterable[str], saved: Mapping[str, str] = _NO_MAPPING
) -> dict[str, str]:
    """Read ``字段=列名`` pairs over a saved mapping; refuses what is unclear (``Misuse``).

    A field is named by its code, its Chinese name or one of its usual headers.
    """
    words = _words(own)
    mapping: dict[str, str] = {}
    for pair in pairs:
        name, _, header = pair.partition("=")
        field, header = words.get(plain(name), ""), line(header)
        if not field:
            raise Misuse(f"没有字段“{line(name)}”，可写：{'、'.join(_named(own))}。")
        if not 0 < len(header) <= _LONGEST:
            raise Misuse(f"“{line(pair)}”看不懂，请写成 字段=列名，列名一行、至多 {_LONGEST} 字。")
        if field in mapping:
            raise Misuse(f"字段“{FIELD_ZH[field]}”写了两次，请只留一个列名。")
        mapping[field] = header
    return _distinct({**saved, **mapping})


def _distinct(mapping: dict[str, str]) -> dict[str, str]:
    """Refuse a header that would stand for two fields."""
    by_header: dict[str, str] = {}
    for field, header in mapping.items():
        other = by_header.setdefault(plain(header), field)
        if other != field:
            raise Misuse(
                f"列“{header}”不能同时作为“{FIELD_ZH[other]}”和“{FIELD_ZH[field]}”，"
                "请为其中一个另写列名，或先清除已存的对应关系（channel map 代码 --clear）。"
            )
    return mapping


def _words(own: Iterable[str]) -> dict[str, str]:
    """Give the field that each word means."""
    fields = known_fields(own)
    words = {plain(name): field for field, names in fields.items() for name in names}
    return words | {plain(w): field for field in fields for w in (field, FIELD_ZH[field])}


def _named(own: Iterable[str]) -> list[str]:
    return [f"{FIELD_ZH[field]}（{field}）" for field in known_fields(own)]
