"""The lifecycle of a case as a Mermaid flowchart, drawn from the table of transitions."""

from domain.codes import FINAL, State
from domain.refusals import COMMAND_ZH
from domain.transitions import TABLE

_ORDER = tuple(State)
_STYLES = (
    "    classDef final fill:#eeeeee,stroke:#999999",
    "    classDef current fill:#d9363e,stroke:#8c1c22,color:#ffffff,font-weight:bold",
)

Edge = tuple[State, State]


def mermaid(state: State | None, *, whole: bool = False) -> str:
    """Draw the lifecycle with ``state`` marked as the present one.

    The short picture has the road forward with its exits; ``whole`` adds the ways back. Commands
    that leave the state as it is are in neither.
    """
    edges = _edges(whole=whole)
    lines = ["flowchart TD"]
    lines += [f'    {place}["{place.zh}"]' for place in _ORDER]
    lines += [f"    {a} -->|{'、'.join(labels)}| {b}" for (a, b), labels in edges.items()]
    lines += [*_STYLES, f"    class {','.join(sorted(FINAL))} final"]
    if state is not None:
        lines.append(f"    class {state} current")
    return "\n".join(lines)


def _edges(*, whole: bool) -> dict[Edge, list[str]]:
    """Gather the Chinese names of the commands that lead from one state to another."""
    found: dict[Edge, list[str]] = {}
    for (source, command), row in TABLE.items():
        for target in sorted(row.targets, key=_ORDER.index):
            forward = _ORDER.index(target) > _ORDER.index(source)
            if forward or (whole and target is not source):
                found.setdefault((source, target), []).append(COMMAND_ZH[command])
    return found
