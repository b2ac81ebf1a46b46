"""The versions of what the office edits as a file: since when, by whom, why."""

from collections.abc import Sequence

from deployments.cli.call import Answer
from deployments.cli.saying import iso, table
from domain.wording import moment
from models.versions import Version


def versions_answer(versions: Sequence[Version]) -> Answer:
    """List versions, the newest first."""
    documents = [
        {
            "version": one.version,
            "applied_at": iso(one.applied_at),
            "in_force": one.version == one.force,
            "actor": one.actor,
            "reason": one.reason,
        }
        for one in versions
    ]
    rows = (
        (
            f"第 {one.version} 版" + ("（现行）" if one.version == one.force else ""),
            moment(one.applied_at),
            one.actor or "产品自带",
            one.reason,
        )
        for one in versions
    )
    return Answer(documents, [table("", ("版本", "施行时间", "施行人", "理由"), rows)])
