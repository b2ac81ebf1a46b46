"""How each kind of case of the sample ledger goes, by the ledger's script code (情景)."""

from tasks.campaign.acts import Act, Wait, act, maybe

Script = tuple[Act, ...]

ASSIGNED: Script = (act("assign"),)
TAKEN: Script = (act("sign"), maybe("assist_sign"), maybe("contact"))
IN_HAND: Script = (*ASSIGNED, *TAKEN, maybe("interim", Wait(wd=1)), maybe("opinion", Wait(wd=1)))
SUBMITTED: Script = (act("submit", Wait(state="rectifying", before_due=2)),)
ACCEPTED: Script = (act("accept", Wait(wd=1, state="submitted")),)
SIGNED_OFF: Script = (act("sign_off", Wait(state="in_review")),)
REVIEWED: Script = (act("review", Wait(signed_off=True)),)
CLOSING: Script = (*ACCEPTED, *SIGNED_OFF, *REVIEWED)
CALLED_BACK: Script = (maybe("callback", Wait(wd=1, state="closed"), solved=True, satisfied=True),)
LOOKED_AT: Script = (maybe("recheck", Wait(recheck=True), passed=True),) * 3
DONE: Script = (*CLOSING, *CALLED_BACK, *LOOKED_AT)
AGAIN: Script = (act("submit", Wait(wd=2, state="rectifying")), *DONE)


def _granted(rung: str) -> Act:
    """The office head signs the proposal of a rung, the day after it was made."""
    return act("rule", Wait(request="proposal", rung=rung), kind="proposal", grant=True)


_RETURN = act("return", Wait(state="assigned"))
_CONFIRM = act("rule", Wait(request="return"), kind="return", grant=False)

SCRIPTS: dict[str, Script] = {
    "prompt": (*IN_HAND, *SUBMITTED, *DONE),
    "late_answer": (
        *IN_HAND,
        act("remind", Wait(rung="red")),
        act("submit", Wait(wd=1, rung="red")),
        *DONE,
    ),
    "very_late": (*IN_HAND, _granted("criticism"), act("submit", Wait(wd=1)), *DONE),
    "raised": (
        *IN_HAND,
        _granted("criticism"),
        _granted("raise"),
        act("submit", Wait(wd=2)),
        *DONE,
    ),
    "listed": (
        *ASSIGNED,
        *TAKEN,
        _granted("criticism"),
        _granted("raise"),
        _granted("list"),
        act("submit", Wait(wd=3)),
        *CLOSING,
        act("delist", Wait(wd=2)),
        *CALLED_BACK,
        *LOOKED_AT,
    ),
    "returned": (
        *ASSIGNED,
        _RETURN,
        act("rule", Wait(request="return"), kind="return", grant=True),
        *TAKEN,
        *SUBMITTED,
        *DONE,
    ),
    "return_final": (*ASSIGNED, _RETURN, _CONFIRM, _RETURN, _CONFIRM, *TAKEN, *SUBMITTED, *DONE),
    "extended": (
        *IN_HAND,
        act("extend", Wait(before_due=2), days=3),
        act("rule", Wait(request="extension"), kind="extension", grant=True),
        *SUBMITTED,
        *DONE,
    ),
    "extension_refused": (
        *IN_HAND,
        act("extend", Wait(before_due=2), days=3),
        act("rule", Wait(request="extension"), kind="extension", grant=False),
        act("submit", Wait(wd=1)),
        *DONE,
    ),
    "shelved": (
        *IN_HAND,
        act("shelve", Wait(), days=30),
        act("rule", Wait(request="shelving"), kind="shelving", grant=True),
        act("submit", Wait(wd=1, state="rectifying", before_due=1)),
        *DONE,
    ),
    "thin_evidence": (
        *IN_HAND,
        *SUBMITTED,
        act("accept", Wait(wd=1), accept=False),
        *AGAIN,
    ),
    "office_rejects": (
        *IN_HAND,
        *SUBMITTED,
        *ACCEPTED,
        *SIGNED_OFF,
        act("review", Wait(wd=1, signed_off=True), accept=False),
        *AGAIN,
    ),
    "objection": (
        *IN_HAND,
        *SUBMITTED,
        *ACCEPTED,
        act("object", Wait(wd=1, state="in_notice")),
        act("rule", Wait(wd=1, request="objection"), kind="objection", grant=True),
        *AGAIN,
    ),
    "relapse": (
        *IN_HAND,
        *SUBMITTED,
        *CLOSING,
        *CALLED_BACK,
        act("recheck", Wait(recheck=True), passed=False),
        *AGAIN,
    ),
    "dissatisfied": (
        *IN_HAND,
        *SUBMITTED,
        *CLOSING,
        act("callback", Wait(wd=1, state="closed"), solved=False, satisfied=False),
        *AGAIN,
    ),
    "unreachable": (
        *IN_HAND,
        *SUBMITTED,
        *CLOSING,
        *(act("callback", Wait(wd=wd, state="closed"), reached=False) for wd in (1, 0, 1)),
        *LOOKED_AT,
    ),
    "merged": (act("merge"),),
    "split": (act("merge"), act("split", Wait(wd=2)), *IN_HAND, *SUBMITTED, *DONE),
    "referred": (act("refer"),),
    "rejected": (act("reject"),),
    "direct_entry": (
        act("assign", level=4),
        *TAKEN,
        maybe("interim", Wait(wd=1)),
        *SUBMITTED,
        *DONE,
    ),
    "excluded": (*IN_HAND, act("exclude", Wait(wd=1)), *SUBMITTED, *DONE),
    "emergency": (*ASSIGNED, *TAKEN, act("submit", Wait(state="rectifying")), *DONE),
    "open_detected": (),
    "open_assigned": ASSIGNED,
    "open_rectifying": IN_HAND,
    "open_returned": (*ASSIGNED, _RETURN),
    "open_shelved": (
        *IN_HAND,
        act("shelve", Wait(), days=90),
        act("rule", Wait(request="shelving"), kind="shelving", grant=True),
    ),
    "open_extension": (*IN_HAND, act("extend", Wait(), days=3)),
    "open_submitted": (*IN_HAND, act("submit", Wait(wd=1))),
    "open_in_notice": (*IN_HAND, act("submit", Wait(wd=1)), *ACCEPTED),
    "open_in_review": (*IN_HAND, act("submit", Wait(wd=1)), *ACCEPTED, *SIGNED_OFF),
    "open_proposal": (*ASSIGNED, *TAKEN),
    "open_closed": (*IN_HAND, act("submit", Wait(wd=1)), *CLOSING),
}
"""Every script of the ledger. Those named ``open_…`` leave their case where the name says."""
