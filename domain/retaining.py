"""How long what says who somebody is may be kept (design: confidentiality)."""

from dataclasses import dataclass
from typing import Annotated

from domain.limits import Limit
from domain.policy_reading import limit_in, refuse

Months = Annotated[Limit, limit_in("mo")]
"""A limit in calendar months."""
Days = Annotated[Limit, limit_in("d")]
"""A limit in calendar days."""


@dataclass(frozen=True)
class Retention:
    """When a case is over: how long identity and free texts stay; all three figures are design.

    ``identity`` and ``texts`` count from the instant a case was last verified, rejected or
    referred; a case that follows another counts with its lead. ``disclosure`` is the longest that
    a unit may be let see a reporter at one time.
    """

    identity: Months
    texts: Months
    disclosure: Days

    def __post_init__(self) -> None:
        refuse(
            (
                self.texts.amount < self.identity.amount,
                "[retention].texts 不应短于 identity：身份先清除，文字后清除。",
            )
        )


DEFAULT = Retention(Limit(12, "mo"), Limit(36, "mo"), Limit(30, "d"))
"""What policies written before this section have."""
