"""“回头看”抽签: of the cases closed in a month, a share of each unit's is looked at again.

Cases that get the full series at closing are no part of it. The month is drawn once, when it is
over, by the first round; nobody knows the seed before, so that nobody knows what will be drawn.
"""

from collections.abc import Iterator
from secrets import token_hex

from sqlalchemy import Connection

from domain.calendar import at_hour, local_date
from domain.errors import Refused
from domain.inspecting import Cause
from domain.periods import Period, month_of, read_period
from domain.policy_sections import Recheck
from models.engine import transaction
from models.inspection_orders import Scope, Wanted, last_sample, sample_population
from models.rulebook import book_for
from tasks.desk import Desk
from tasks.inspections.ordering import drawn, write_down

_SEED_BYTES = 8


def months_due(desk: Desk, connection: Connection, policy: Recheck) -> list[Wanted]:
    """Draw the months that are over and not drawn: since the last draw, or else the last month."""
    if not policy.sample_percent:
        return []
    month = month_of(local_date(desk.now)).previous
    last = last_sample(connection)
    first = read_period(last).next if last else month
    return [
        _drawn(desk, connection, one, policy, "") for one in _through(first, month)
    ]  # fmt: skip


def draw_month(desk: Desk, period: str, seed: str) -> bool:
    """Draw a month by hand; false where it was drawn before. Refuses one that is not over."""
    month = read_period(period)
    if month.quarterly or month.last >= local_date(desk.now):
        raise Refused(f"“回头看”按月抽签，{month.zh}还没有结束或者不是月份，请写已结束的月份。")
    with transaction(desk.engine) as connection:
        policy = book_for(desk.engine).rules(connection).policy.recheck
        if not policy.sample_percent:
            raise Refused("规则 [recheck] sample_percent 为 0，不抽签。")
        wanted = _drawn(desk, connection, month, policy, seed)
    return write_down(desk, wanted)


def key_of(month: Period) -> str:
    """The key under which a month is drawn, once."""
    return f"sample:{month.code}"


def _drawn(desk: Desk, connection: Connection, month: Period, policy: Recheck, seed: str) -> Wanted:
    scope = Scope(since=at_hour(month.first, "00:00"), until=at_hour(month.next.first, "00:00"))
    # What is simulated plays the same each time.
    fresh = key_of(month) if desk.simulated else token_hex(_SEED_BYTES)
    return drawn(
        Wanted(
            key=key_of(month),
            cause=Cause.SAMPLE,
            scope=scope,
            reason=f"{month.zh}销号案件“回头看”抽签。",
            share=policy.sample_percent,
            seed=seed or fresh,
            population=sample_population(connection, scope),
            picks={},
        )
    )


def _through(first: Period, last: Period) -> Iterator[Period]:
    while first <= last:
        yield first
        first = first.next
