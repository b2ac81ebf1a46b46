"""A problem found on an activity becomes a case, through the ordinary intake."""

from dataclasses import dataclass, replace

from domain.activities import CHANNELS, Activity, ActivityKind, ActivityStatus
from domain.errors import Misuse, Refused
from models.activities import find, write
from models.activity_cases import Source, forget, link, number_finding
from models.engine import transaction
from tasks.activities.holding import own
from tasks.activities.planning import OFFICE, Who, recording
from tasks.desk import Desk
from tasks.intake import intake_rows


@dataclass(frozen=True)
class Problem:
    """What was found; who reported it goes to intake alone, which seals it."""

    subject: str
    body: str = ""
    party: str = ""
    reporter: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Found:
    """The case of a problem; ``known`` says that it was entered before."""

    activity: Activity
    number: int
    no: str
    known: bool


def enter_problem(desk: Desk, activity: int, problem: Problem, who: Who = OFFICE) -> Found:
    """Open the case of a problem; the same problem again changes nothing.

    Cut off anywhere, the same entry again completes it. Refuses an activity not held yet.
    """
    if not problem.subject.strip():
        raise Misuse("请写明问题事由：--subject。")
    words = (problem.subject.strip(), problem.body.strip(), problem.party.strip())
    with transaction(desk.engine) as connection:
        held = find(connection, activity, lock=True)
        own(desk, held, who)
        if held.status is not ActivityStatus.HELD:
            raise Refused(
                f"第 {activity} 号活动还没有登记开展，请先用 ./rectify activity held 登记。"
            )
        number, known = number_finding(connection, activity, words)
        if held.nothing_found:
            write(connection, replace(held, nothing_found=False), recording(desk, who))
    source = Source(activity, number, CHANNELS[held.plan.kind])
    if known:
        with transaction(desk.engine) as connection:
            return Found(held, number, link(connection, source), known)
    return Found(held, number, _opened(desk, held, source, problem), known)


def _opened(desk: Desk, activity: Activity, source: Source, problem: Problem) -> str:
    plan = activity.plan
    name = f"{plan.kind.zh} 第 {activity.id} 号"
    # Who was asked in the hall is first responsible; elsewhere the office brings the problem in.
    brings = plan.unit if plan.kind is ActivityKind.HALL_DAY else ""
    row = _row(desk, source, activity, problem)
    report = intake_rows(desk, [row], source.channel, name, brings)
    with transaction(desk.engine) as connection:
        if report.rejected:
            forget(connection, source)
        no = link(connection, source)
    if not no:
        why = report.rejected[0].reason if report.rejected else "来件未能立案"
        raise Refused(f"问题没有登记：{why.rstrip('。')}，请更正后再试。")
    return no


def _row(desk: Desk, source: Source, activity: Activity, problem: Problem) -> dict[str, str]:
    target = activity.plan.target
    return {
        "编号": source.id,
        "事由": problem.subject,
        "问题描述": problem.body or problem.subject,
        "涉事主体": problem.party,
        "反映人": problem.reporter,
        "联系电话": problem.phone,
        "建议责任单位": desk.directory.name(target) if target else "",
    }
