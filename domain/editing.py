"""What a case is called, whom it concerns and which environment it harms, put right by the office.

None of it moves a clock. The words are texts: history cites them by salted hash, so that they can
be erased, and the case carries the newest.
"""

from domain.case import Case
from domain.change import Change, Handlers, Text
from domain.clocks import Rules
from domain.commands import Dispatch, Edit
from domain.errors import Misuse
from domain.refusals import refuse
from domain.wording import mask

SUBJECT, PARTY = "subject", "party"
"""Kinds of the texts that become what the case is called and whom it concerns."""
LONGEST_LABEL = 200
"""The most characters of either."""


def edit(case: Case, command: Edit, _rules: Rules) -> Change:
    """Correct what is given; refuses an edit that would change nothing."""
    written = labels(command)
    fields = {"environment": command.environment} if command.environment else {}
    if not (written or fields):
        raise refuse(case, "没有写明要更正的内容（事由、涉事主体或六个环境）。")
    return Change(
        state=case.state,
        event="ledger_edited",
        fields=fields,
        texts=written,
        detail={"environment": str(command.environment)} if command.environment else {},
    )


def labels(command: Edit | Dispatch) -> tuple[Text, ...]:
    """The texts of a new subject and party; ``None`` keeps, an empty party clears."""
    given = ((SUBJECT, command.subject), (PARTY, command.party))
    return tuple(Text(kind, body) for kind, body in given if body is not None)


def check_label(kind: str, body: str) -> str:
    """Give a subject or party back on one line without outer blanks, or refuse it (``Misuse``)."""
    name, label = _ZH[kind], " ".join(body.split())
    if not label and kind == SUBJECT:
        raise Misuse("事由不能为空，请写明。")
    if len(label) > LONGEST_LABEL:
        raise Misuse(f"{name}最多 {LONGEST_LABEL} 字，现有 {len(label)} 字，请压缩。")
    if mask(label) != label:
        raise Misuse(f"{name}中含有电话、证件、车牌或银行卡号码，请删去后再提交。")
    return label


_ZH = {SUBJECT: "事由", PARTY: "涉事主体"}


HANDLERS: Handlers = {Edit: edit}
