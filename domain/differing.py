"""What changed between two texts, marked so that people see it at a glance."""

from itertools import takewhile
from operator import eq

_AROUND = 20
"""Characters shown before and after what changed."""
_LONGEST = 400
"""Characters shown of each side of a change; the rest is counted."""


def marked(before: str, after: str) -> str:
    """Give both sides of what differs, with the words around: ``…的[-旧-]{+新+}物业…``.

    Looks only at where the texts begin and end alike, so that any length is soon done.
    """
    if before == after:
        return ""
    head = _alike(before, after)
    left, right = before[head:], after[head:]
    tail = _alike(left[::-1], right[::-1])
    old, new = left[: len(left) - tail], right[: len(right) - tail]
    opening = ("…" if head > _AROUND else "") + after[max(0, head - _AROUND) : head]
    rest = after[len(after) - tail :]
    closing = rest[:_AROUND] + ("…" if tail > _AROUND else "")
    gone = f"[-{_cut(old)}-]" if old else ""
    come = f"{{+{_cut(new)}+}}" if new else ""
    return f"{opening}{gone}{come}{closing}"


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    return sum(takewhile(bool, map(eq, one, other)))


def _cut(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}…（余 {len(text) - _LONGEST} 字）"
