"""A draw that anybody can redo: a share of each unit's cases, in an order that a seed fixes.

A case's place in the order is the hash of method, seed and number, so that neither the order of the
list nor the machine matters; whoever has seed and list gets the same cases.
"""

from collections.abc import Collection, Mapping
from hashlib import sha256

METHOD = 1
"""Version of the method; it enters every hash, so that a later method draws otherwise."""
_WHOLE = 100

Strata = Mapping[str, Collection[str]]
"""Case numbers by unit."""


def draw(strata: Strata, percent: int, seed: str) -> dict[str, tuple[str, ...]]:
    """Draw ``percent`` (0 to 100) of each unit's cases, rounded up: at least one where any are.

    Of 0 percent nothing is drawn. Units and numbers come in their own order.
    """
    return {unit: _picked(strata[unit], percent, seed) for unit in sorted(strata)}


def size(population: int, percent: int) -> int:
    """Give how many of so many cases are drawn."""
    return -(-population * percent // _WHOLE)


def place(seed: str, word: str) -> str:
    """Give the place of a word in the order that a seed fixes; it sorts as text."""
    return sha256(f"{METHOD}\n{seed}\n{word}".encode()).hexdigest()


def fingerprint(strata: Strata) -> str:
    """Hash the population drawn from, so that a list changed later shows."""
    lines = [f"{unit}\t{no}" for unit in sorted(strata) for no in sorted(set(strata[unit]))]
    return sha256("\n".join(lines).encode()).hexdigest()


def _picked(cases: Collection[str], percent: int, seed: str) -> tuple[str, ...]:
    known = sorted(set(cases), key=lambda no: (place(seed, no), no))
    return tuple(sorted(known[: size(len(known), percent)]))
