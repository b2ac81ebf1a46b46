"""Who may bring problems in through a channel: kinds of units, one unit, outside systems."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

OUTSIDE = "outside"
"""Another system, with an Open311 key or as a feed."""
ONE_UNIT = "unit:"
"""Before the code of a unit that alone may use the channel, such as the discipline organ."""
UNIT_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "participating": "成员单位",
        "department": "市直部门",
        "organ": "机关",
        "district": "区市",
        "zone": "功能区",
    }
)
"""The kinds of units that may be users, with what people call them."""
USERS: Mapping[str, str] = MappingProxyType({**UNIT_KINDS, OUTSIDE: "外部系统"})
"""All users but single units, by code."""


def admits_unit(users: Collection[str], unit: str, kind: str) -> bool:
    """Say whether a unit (its code and its kind) may bring problems in by itself."""
    return kind in users or f"{ONE_UNIT}{unit}" in users


def admits_outside(users: Collection[str]) -> bool:
    """Say whether other systems may."""
    return OUTSIDE in users


def single_units(users: Collection[str]) -> list[str]:
    """Give the codes of the units that are named one by one."""
    return [user.removeprefix(ONE_UNIT) for user in users if user.startswith(ONE_UNIT)]
