"""Who an account belongs to: the person's part in the campaign."""

from domain.codes import OFFICE_UNIT, Term


class Post(Term):
    """The part of a person; what each may do on the portal follows from it."""

    OPERATOR = "operator", "办公室经办人"
    HEAD = "head", "办公室负责人"
    OFFICER = "officer", "单位经办人"
    LEADER = "leader", "单位负责人"
    INSPECTOR = "inspector", "复查人员"
    AUDITOR = "auditor", "审计人员"


OF_OFFICE = frozenset({Post.OPERATOR, Post.HEAD})
"""Posts that only the office has."""
OF_UNITS = frozenset({Post.OFFICER, Post.LEADER})
"""Posts that see a unit's cases; the officer acts, the leader also sees the standing."""


def fits(post: Post, unit: str) -> bool:
    """Tell whether a post can be held in a unit: the office's there alone, a unit's elsewhere."""
    if post in OF_OFFICE:
        return unit == OFFICE_UNIT
    return post not in OF_UNITS or unit != OFFICE_UNIT
