"""What somebody does in the sample campaign, and what they wait for before doing it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Wait:
    """Conditions that must all hold.

    ``wd`` and ``days`` count from the act before; ``before_due`` is working days before the finish
    limit ends; ``rung`` must have fired on the finish clock; ``request`` must be pending;
    ``recheck`` waits until the next re-check is due within a working day.
    """

    wd: int = 0
    days: int = 0
    state: str = ""
    request: str = ""
    rung: str = ""
    before_due: int | None = None
    signed_off: bool = False
    recheck: bool = False


@dataclass(frozen=True)
class Act:
    """One thing done to a case: a verb that the play knows, and the words that go with it.

    ``optional`` acts are left out when the case has no use for them: a contact without a reporter,
    a re-check that no draw ordered.
    """

    verb: str
    wait: Wait = field(default_factory=Wait)
    words: dict[str, str | int | bool] = field(default_factory=dict)
    optional: bool = False


def act(verb: str, wait: Wait | None = None, **words: str | int | bool) -> Act:
    """Make an act."""
    return Act(verb, wait or Wait(), words)


def maybe(verb: str, wait: Wait | None = None, **words: str | int | bool) -> Act:
    """Make an act that is left out where it has no ground."""
    return Act(verb, wait or Wait(), words, optional=True)
