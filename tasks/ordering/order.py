"""An order: one command to one case, made from plain words, ready to be carried out."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

from domain.case import Actor
from domain.codes import Role, Term
from domain.commands import Command
from domain.errors import Misuse
from models.executing import View
from models.recording import EvidenceFile

_Coded = TypeVar("_Coded", bound=Term)


@dataclass(frozen=True)
class Order:
    """What to do to case ``no``. ``arguments`` are the normalised words it was made from.

    ``key`` is given by whoever orders; without one it follows from case, command, arguments,
    evidence and the number of the state entry (``default_key``).
    """

    no: str
    command: str
    make: Callable[[View], Command]
    arguments: Mapping[str, object] = field(default_factory=dict)
    key: str = ""
    related: tuple[str, ...] = ()
    evidence: tuple[EvidenceFile, ...] = ()


def default_key(order: Order, entry: int) -> str:
    """Derive the key of an order given in a case's ``entry``-th state entry."""
    words = [
        order.no,
        order.command,
        {name: str(value) for name, value in sorted(order.arguments.items())},
        [file.sha256 for file in order.evidence],
        entry,
    ]
    return "auto:" + sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()


def choice(kind: type[_Coded], word: str, what: str) -> _Coded:
    """Read a coded value by code or Chinese term; refuses others, listing what there is."""
    for member in kind:
        if word in (member.value, member.zh):
            return member
    known = "、".join(f"{member.value}（{member.zh}）" for member in kind)
    raise Misuse(f"{what}“{word}”不认识，请从中选择：{known}。")


def office(name: str) -> Actor:
    """The office, under the name typed."""
    return Actor(Role.OFFICE, name=name)
