"""The source tells a case otherwise than before: a fact that history keeps, whatever the state.

It is no command that a state allows or an actor gives: nothing of the case moves, and final states
have it too. Which content counts is for the office to say, by correcting the case or not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from domain.case import SYSTEM, Case
from domain.change import Change, Outcome, Text

SOURCE_UPDATED = "source_updated"
"""The event of other content having come in under the id of a case's source."""
SOURCE_FIELDS: Mapping[str, str] = {
    "subject": "事由",
    "party": "涉事主体",
    "body": "反映内容",
    "reporter": "反映人或联系电话",
    "reported_at": "反映时间",
    "environment": "环境",
    "kind": "类别",
    "urgency": "紧急程度",
    "named_unit": "来件指明的单位",
}
"""By code of what changed, what people call it."""
TEXT_PREFIX = "source_"
"""Before the kind of a text that came so: it neither renames the case nor is its body."""


def source_updated(
    case: Case, at: datetime, version: int, changed: Sequence[str], texts: Mapping[str, str]
) -> Outcome:
    """Record that version ``version`` came in at ``at`` (aware), and in which fields it differs.

    ``texts`` are the new texts by code. One that came in dated before the case's last event counts
    from that event: the past is not written anew.
    """
    at = max(at, case.last_event_at)
    change = Change(
        state=case.state,
        event=SOURCE_UPDATED,
        texts=tuple(Text(f"{TEXT_PREFIX}{code}", body) for code, body in texts.items() if body),
        detail={"version": version, "changed": list(changed)},
    )
    after = replace(case, seq=case.seq + 1, last_event_at=at)
    return Outcome(case, after, change, at, str(SYSTEM), SYSTEM.name)
