"""The steps that flows are made of, as Prefect tasks.

Each works beside the event loop, is safe to repeat, and is tried again while the database is away.
A refusal is an answer, not a failure: it comes back as a value, so that no traceback is logged.
"""

from asyncio import to_thread
from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE

from domain.errors import RectifyError
from models.checking import CheckReport
from models.engine import DatabaseAway
from models.intake_rows import IntakeReport
from models.sealing import seal
from models.verifying import VerifyReport, verify
from tasks.assigning import AssignReport, assign_all
from tasks.carrying import Carried, carry_out, carry_out_all
from tasks.checking import check
from tasks.delivery.delivering import DeliveryReport, deliver
from tasks.desk import Desk
from tasks.feeds.pulling import Manner, PullReport
from tasks.feeds.rounds import pull_feed
from tasks.intake import AS_USUAL, Asked, intake_file
from tasks.ordering.order import Order

P = ParamSpec("P")
T = TypeVar("T")
Work = Coroutine[Any, Any, T]
Checked = tuple[CheckReport, list[Carried]]
MakeOrder = Callable[[Desk], Order]


def _away(_task: object, _run: object, state: Any) -> bool:  # noqa: ANN401 - Prefect's own types
    return isinstance(state.data, DatabaseAway)


def step(name: str) -> Callable[[Callable[P, Work[T]]], Callable[P, Work[T]]]:
    """Make a Prefect task that may be repeated; arguments and results stay in this process."""
    return task(
        name=name,
        retries=3,
        retry_delay_seconds=[1, 5, 15],
        retry_condition_fn=_away,
        cache_policy=NO_CACHE,
        persist_result=False,
    )


async def _beside(work: Callable[[], T]) -> T | RectifyError:
    try:
        return await to_thread(work)
    except DatabaseAway:
        raise
    except RectifyError as refusal:
        return refusal


@step("办理")
async def carry(desk: Desk, make: MakeOrder) -> Carried | RectifyError:
    """Make one order from the words of a form and carry it out."""
    return await _beside(lambda: carry_out(desk, make(desk)))


@step("批量办理")
async def carry_all(desk: Desk, orders: Sequence[Order]) -> list[Carried] | RectifyError:
    """Carry out orders on different cases; each refusal stands in its own record."""
    return await _beside(lambda: list(carry_out_all(desk, orders)))


@step("导入文件")
async def take_in(
    desk: Desk, path: Path, channel: str, asked: Asked = AS_USUAL
) -> IntakeReport | RectifyError:
    """Take a file of problems in through a channel."""
    return await _beside(lambda: intake_file(desk, path, channel, asked=asked))


@step("拉取来源")
async def pull_source(desk: Desk, name: str, manner: Manner) -> PullReport | RectifyError:
    """Pull one source of new problems; what broke stands in the report."""
    return await _beside(lambda: pull_feed(desk, name, manner))


@step("按规则交办")
async def assign_settled(desk: Desk) -> AssignReport | RectifyError:
    """Dispatch every detected case that the rules settle."""
    return await _beside(lambda: assign_all(desk))


@step("检查时限")
async def check_deadlines(desk: Desk) -> Checked | RectifyError:
    """Check until nothing is due; give what became of each case too."""

    def work() -> Checked:
        changed: list[Carried] = []
        report = check(desk, woke=changed.append)
        return report, changed + [Carried(no=no, event="fired") for no in report.cases]

    return await _beside(work)


@step("发送通知")
async def deliver_notices(desk: Desk) -> DeliveryReport | RectifyError:
    """Empty the outbox once."""
    return await _beside(
        lambda: deliver(
            desk.engine, desk.settings, desk.now, desk.recorded_at, simulated=desk.simulated
        )
    )


@step("封存台账")
async def seal_history(desk: Desk, on: date) -> int | RectifyError:
    """Seal the end of every history that grew."""
    return await _beside(lambda: seal(desk.engine, on, desk.recorded_at))


@step("核验台账")
async def verify_history(desk: Desk) -> VerifyReport | RectifyError:
    """Recompute every hash and compare the clocks."""
    return await _beside(lambda: verify(desk.engine))


@step("读取")
async def look(read: Callable[[], T]) -> T | RectifyError:
    """Read something from the database."""
    return await _beside(read)
