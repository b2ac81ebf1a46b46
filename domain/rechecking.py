"""After closing: the callback, re-checks planned or ordered, and archiving."""

from dataclasses import replace

from domain.case import Case
from domain.change import Change, Handlers, texts
from domain.clocks import Clock, ClockOp, Op, Rules
from domain.codes import OFFICE_UNIT, ClockKind, State
from domain.commands import Archive, Callback, OrderRecheck, Recheck
from domain.following import REOPENED, named, told
from domain.limits import Limit
from domain.lookback import callback_start, drawn, triggered
from domain.notifying import notices, office_task
from domain.refusals import refuse
from domain.reworking import REHANDLED, RELAPSED, Return, reopen
from domain.settling import require


def callback(case: Case, command: Callback, rules: Rules) -> Change:
    """Record what the reporter said: unsolved or dissatisfied means the case is handled again."""
    clock = case.clock(ClockKind.CALLBACK)
    if clock is None or clock.stopped_at is not None:
        raise refuse(case, "没有待办的回访：反映人无法联系，或回访已经完成。")
    if not command.reached:
        return _unreached(case, clock, rules)
    detail = {"solved": command.solved, "satisfied": command.satisfied}
    if command.solved and command.satisfied:
        done = _stop(clock)
        return Change(
            state=_state_after(case, done), event="called_back", clocks=(done,), detail=detail
        )
    change = _reopened(case, command, REHANDLED, rules)
    return replace(change, detail={**change.detail, **detail})


def _reopened(case: Case, command: Callback | Recheck, back: Return, rules: Rules) -> Change:
    """Reopen the case, and tell those that follow it."""
    change = reopen(case, command.at, back, rules)
    return replace(
        change,
        notices=(*change.notices, *told(case, command.followers, REOPENED, rules)),
        detail={**change.detail, **named(command.followers)},
    )


def _unreached(case: Case, clock: Clock, rules: Rules) -> Change:
    """Try again: the first attempt opens the policy's window of days, the last one gives up."""
    attempts = case.callback_attempts + 1
    last = attempts >= rules.policy.callback.attempts
    ops = (_stop(clock),) if last else _window(attempts, rules)
    return Change(
        state=_state_after(case, _stop(clock)) if last else case.state,
        event="callback_unreached",
        fields={"callback_attempts": attempts},
        clocks=ops,
        detail={"attempts": attempts},
    )


def _window(attempts: int, rules: Rules) -> tuple[ClockOp, ...]:
    further = rules.policy.callback.over_days - 1
    if attempts > 1 or further < 1:
        return ()
    return (callback_start(Limit(further, "wd"), "unreached"),)


def order_recheck(case: Case, command: OrderRecheck, rules: Rules) -> Change:
    """Order a re-inspection, due within the policy's days; an archived case stays archived.

    Nobody is told beforehand of one that was drawn.
    """
    told = (*notices(rules, "recheck", case.lead_unit), *office_task(rules, "recheck"))
    return Change(
        state=case.state,
        event="recheck_ordered",
        fields={"wake_at": None},
        clocks=drawn(case, command.at, rules) if command.drawn else (triggered(case, rules),),
        notices=() if command.drawn else told,
        texts=texts("reason", command.reason),
    )


def recheck(case: Case, command: Recheck, rules: Rules) -> Change:
    """Record the finding of a re-check; a failure reopens the same case as a relapse."""
    clock = _waiting_recheck(case, command.slot)
    if command.by.code and command.by.code in case.units:
        raise refuse(case, f"{command.by.code} 是办理单位，不能复查自己办理的案件。")
    found = texts("finding", command.finding)
    if command.passed:
        done = _stop(clock)
        return Change(
            state=_state_after(case, done),
            event="recheck_passed",
            clocks=(done,),
            texts=found,
            detail={"slot": clock.slot},
        )
    require(case, command.finding, "复查不通过必须写明发现的问题（--finding）。")
    change = _reopened(case, command, RELAPSED, rules)
    failed = notices(rules, "recheck_failed", case.lead_unit, OFFICE_UNIT)
    return replace(
        change,
        notices=(*change.notices, *failed),
        texts=found,
        detail={**change.detail, "slot": clock.slot},
    )


def archive(case: Case, _command: Archive, _rules: Rules) -> Change:
    """Archive a closed case that nothing is left to look at."""
    if case.unstopped():
        raise refuse(case, "还有回访或复查未完成，不能归档。")
    return Change(state=State.VERIFIED, event="verified", fields={"wake_at": None})


def _waiting_recheck(case: Case, slot: int) -> Clock:
    waiting = sorted(case.unstopped(ClockKind.RECHECK), key=lambda clock: clock.due_at)
    if not waiting:
        raise refuse(case, "没有待办的复查，请先安排复查（recheck，不带结论）。")
    named = [clock for clock in waiting if slot in (0, clock.slot)]
    if not named:
        raise refuse(case, "这次复查已有结论或者已经失效，请用 inspection list 查看。")
    return named[0]


def _stop(clock: Clock) -> ClockOp:
    return ClockOp(Op.STOP, clock.kind, clock.slot)


def _state_after(case: Case, stopped: ClockOp) -> State:
    """Archived when the clock that stops was the last."""
    left = [clock for clock in case.unstopped() if clock.key != stopped.key]
    return case.state if left else State.VERIFIED


HANDLERS: Handlers = {
    Callback: callback,
    OrderRecheck: order_recheck,
    Recheck: recheck,
    Archive: archive,
}
