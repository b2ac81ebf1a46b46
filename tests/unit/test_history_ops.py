"""Clock operations in the detail of history."""

import json

from hypothesis import given
from hypothesis import strategies as st

from domain.clocks import ClockOp, Op
from domain.codes import ClockKind, Rung
from domain.history import dump_ops, load_ops
from domain.limits import Limit

limits = st.builds(Limit, st.integers(1, 999), st.sampled_from(["wd", "h", "d", "mo"]))
operations = st.builds(
    ClockOp,
    op=st.sampled_from(Op),
    kind=st.sampled_from(ClockKind),
    slot=st.integers(0, 99),
    holder=st.sampled_from(["", "office", "shuiwu"]),
    limit=st.none() | limits,
    rung=st.none() | st.sampled_from(Rung),
    rule=st.sampled_from(["", "dispatched", "rejected"]),
)


@given(st.lists(operations, max_size=6).map(tuple))
def test_operations_come_back_as_they_were_written(ops: tuple[ClockOp, ...]) -> None:
    assert load_ops(json.loads(json.dumps(dump_ops(ops)))) == ops


def test_what_is_empty_is_left_out() -> None:
    full = ClockOp(
        Op.START, ClockKind.FINISH, 0, "shuiwu", Limit(15, "wd"), Rung.RAISE, "dispatched"
    )
    assert dump_ops([full, ClockOp(Op.STOP, ClockKind.SIGN, 2)]) == [
        {
            "op": "start",
            "kind": "finish",
            "slot": 0,
            "holder": "shuiwu",
            "limit": "15wd",
            "rung": "raise",
            "rule": "dispatched",
        },
        {"op": "stop", "kind": "sign", "slot": 2},
    ]


def test_what_the_deadline_check_writes_can_be_read() -> None:
    written = {"op": "fire", "kind": "finish", "slot": 0, "rung": "red", "coalesced": ["yellow"]}
    assert load_ops([written]) == (ClockOp(Op.FIRE, ClockKind.FINISH, rung=Rung.RED),)
