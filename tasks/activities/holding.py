"""What became of an activity: held and by whom attended, or cancelled."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from domain.activities import Activity, ActivityKind, ActivityStatus, Attendee
from domain.calendar import local_date
from domain.errors import Misuse, Refused
from domain.wording import check_opinion
from models.activities import find, write
from models.activity_cases import count_cases
from models.engine import transaction
from tasks.activities.planning import OFFICE, Who, recording
from tasks.desk import Desk
from tasks.ordering.order import choice


@dataclass(frozen=True)
class Recorded:
    """An activity as it is now; ``changed`` says whether this recording made it so."""

    activity: Activity
    changed: bool


@dataclass(frozen=True)
class Held:
    """What is recorded: the day (by default today), who was there, and whether nothing was found.

    ``attended`` is a code or term of ``Attendee``, or empty.
    """

    day: date | None = None
    attended: str = ""
    nothing: bool = False


def record_held(desk: Desk, number: int, held: Held, who: Who = OFFICE) -> Recorded:
    """Record that an activity was held; again with other words corrects what was recorded.

    Refuses a day still to come, a cancelled one, and a hall day without who was there.
    """
    day, today = held.day or local_date(desk.now), local_date(desk.now)
    attended = choice(Attendee, held.attended, "参加人员") if held.attended else None
    if day > today:
        raise Misuse(f"开展日期 {day} 晚于今天，请在开展以后登记。")

    def change(before: Activity) -> Activity:
        if before.status is ActivityStatus.CANCELLED:
            raise Refused(f"第 {number} 号活动已取消，请另行计划后再登记。")
        if before.plan.kind is ActivityKind.HALL_DAY and attended is None:
            raise Misuse("“局长进大厅”请写明谁到场：--attended head、deputy 或 staff。")
        return replace(
            before,
            status=ActivityStatus.HELD,
            held_on=day,
            attended=attended,
            reason="",
            nothing_found=held.nothing,
        )

    return _record(desk, number, change, who)


def cancel(desk: Desk, number: int, reason: str, who: Who = OFFICE) -> Recorded:
    """Cancel an activity that was not held, with a reason."""
    why = check_opinion(reason)
    if not why:
        raise Misuse("取消活动请写明理由：--reason。")

    def change(before: Activity) -> Activity:
        if before.status is ActivityStatus.HELD:
            raise Refused(f"第 {number} 号活动已登记开展，不能取消。")
        if before.status is ActivityStatus.CANCELLED:
            return before
        return replace(before, status=ActivityStatus.CANCELLED, reason=why)

    return _record(desk, number, change, who)


def own(desk: Desk, activity: Activity, who: Who) -> None:
    """Refuse a unit that records what is another's; the office may record everything."""
    if who.by and desk.directory.unit(who.by) != activity.plan.unit:
        raise Refused(f"第 {activity.id} 号活动不是该单位的，应由组织单位或者指挥部办公室登记。")


def _record(desk: Desk, number: int, change: Callable[[Activity], Activity], who: Who) -> Recorded:
    with transaction(desk.engine) as connection:
        before = find(connection, number, lock=True)
        own(desk, before, who)
        after = change(before)
        if after.nothing_found and count_cases(connection, [number]):
            raise Refused(f"第 {number} 号活动已登记发现的问题，不能写成未发现问题。")
        if after != before:
            write(connection, after, recording(desk, who))
    return Recorded(after, changed=after != before)
