"""How clock operations stand in the detail of history, from which clocks can be recomputed."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.clocks import ClockOp, Op
from domain.codes import ClockKind, Rung
from domain.limits import Limit


def dump_ops(ops: Iterable[ClockOp]) -> list[dict[str, str | int]]:
    """Write operations as JSON-able objects; what is empty is left out, but for the slot."""
    return [_dump(op) for op in ops]


def load_ops(written: Iterable[Mapping[str, Any]]) -> tuple[ClockOp, ...]:
    """Read operations as ``dump_ops`` writes them; keys it does not know are ignored."""
    return tuple(_load(entry) for entry in written)


def _dump(op: ClockOp) -> dict[str, str | int]:
    named = {
        "holder": op.holder,
        "limit": str(op.limit) if op.limit else "",
        "rung": str(op.rung) if op.rung else "",
        "rule": op.rule,
    }
    present = {key: value for key, value in named.items() if value}
    return {"op": str(op.op), "kind": str(op.kind), "slot": op.slot, **present}


def _load(entry: Mapping[str, Any]) -> ClockOp:
    return ClockOp(
        op=Op(entry["op"]),
        kind=ClockKind(entry["kind"]),
        slot=entry["slot"],
        holder=entry.get("holder", ""),
        limit=Limit.parse(entry["limit"]) if "limit" in entry else None,
        rung=Rung(entry["rung"]) if "rung" in entry else None,
        rule=entry.get("rule", ""),
    )
