"""How long the ways into the portal stay open (design: all three figures)."""

from dataclasses import dataclass
from typing import Annotated

from domain.limits import Limit
from domain.policy_reading import limit_in, refuse


@dataclass(frozen=True)
class Portal:
    """How long each way in lasts.

    ``link`` is calendar days that a notice's link works; ``idle`` the hours without a request that
    end a session, ``session`` those after which any ends.
    """

    link: Annotated[Limit, limit_in("d")]
    idle: Annotated[Limit, limit_in("h")]
    session: Annotated[Limit, limit_in("h")]

    def __post_init__(self) -> None:
        longer = self.idle.amount > self.session.amount
        refuse((longer, "[portal].idle 不应长于 session。"))


PORTAL = Portal(Limit(14, "d"), Limit(1, "h"), Limit(12, "h"))
"""What policies written before this section have."""
