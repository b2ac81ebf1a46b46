"""Asking: extension, shelving, objection, exclusion, and taking a request back. See also ruling."""

from dataclasses import replace

from domain.calendar import local_date
from domain.case import Actor, Case, Request
from domain.change import Change, Figure, Handlers, Notice, texts
from domain.clocks import Clock, Rules
from domain.codes import OFFICE_UNIT, ClockKind, RequestKind, Role
from domain.commands import AskExtension, AskShelving, Command, Exclude, Object, Withdraw
from domain.handling import only_lead
from domain.limits import Limit
from domain.notifying import office_task
from domain.refusals import WrongActor, refuse
from domain.settling import require
from domain.wording import moment

_Asking = AskExtension | AskShelving | Object | Exclude


def ask_extension(case: Case, command: AskExtension, rules: Rules) -> Change:
    """Ask for more working days, before expiry, within the cap of a first extension."""
    only_lead(case, command)
    require(case, command.reason, "申请延期必须写明理由（--reason）。")
    clock = _unexpired(case, command, "延期")
    if command.days < 1:
        raise refuse(case, f"延期天数须为正整数（工作日），不能是 {command.days}。")
    if case.listed:
        _check_listed(case, command, clock, rules)
    if case.granted(RequestKind.EXTENSION) == 0:
        _check_cap(case, command, rules)
    asked = _request(case, command, RequestKind.EXTENSION)
    return _opened(case, command, replace(asked, days=command.days), rules)


def ask_shelving(case: Case, command: AskShelving, rules: Rules) -> Change:
    """Ask to shelve until a date, before expiry; the office decides."""
    only_lead(case, command)
    require(case, command.reason, "申请挂账必须写明理由（--reason）。")
    _unexpired(case, command, "挂账")
    if command.until <= command.at:
        raise refuse(case, f"挂账期限 {moment(command.until)} 须晚于申请时间，请改用以后的日期。")
    asked = _request(case, command, RequestKind.SHELVING)
    return _opened(case, command, replace(asked, until=command.until), rules)


def object_(case: Case, command: Object, rules: Rules) -> Change:
    """Object to the closing during the public notice; the notice runs on until the office rules."""
    require(case, command.reason, "提出异议必须写明理由（--reason）。")
    return _opened(case, command, _request(case, command, RequestKind.OBJECTION), rules)


def exclude(case: Case, command: Exclude, rules: Rules) -> Change:
    """Keep the case out of scoring (its clocks run on): a unit asks, the office does."""
    require(case, command.reason, "剔单必须写明理由（--reason）。")
    if case.excluded:
        raise refuse(case, "已经剔单，不必重复。")
    asked = _request(case, command, RequestKind.EXCLUSION)
    if command.by.role is not Role.OFFICE:
        only_lead(case, command)
        return _opened(case, command, asked, rules)
    granted = replace(asked, status="granted", decider=str(command.by), decided_at=command.at)
    return Change(
        state=case.state,
        event="excluded",
        fields={"excluded": True},
        opened=(granted,),
        texts=texts("reason", command.reason),
        detail={"request": granted.number},
    )


def withdraw(case: Case, command: Withdraw, _rules: Rules) -> Change:
    """Take back one's own pending request."""
    request = pending(case, command.request)
    own = command.by.code or str(command.by.role)
    if request.applicant != own or request.kind is RequestKind.RETURN:
        raise WrongActor(case, command, f"申请人 {request.applicant}（退单须由办公室裁定）")
    return Change(
        state=case.state,
        event="request_withdrawn",
        decided=(replace(request, status="withdrawn", decided_at=command.at),),
        detail={"request": request.number, "kind": str(request.kind)},
    )


def pending(case: Case, number: int) -> Request:
    """Find a request that waits for a decision, or refuse naming those that do."""
    for request in case.pending():
        if request.number == number:
            return request
    open_ones = "、".join(f"{r.number}（{r.kind.zh}）" for r in case.pending()) or "无"
    raise refuse(case, f"没有编号为 {number} 的待裁定申请；现有待裁定申请：{open_ones}。")


def decider(case: Case, request: Request) -> Actor:
    """Say who decides: the verifying unit a first extension, the office everything else."""
    first = request.kind is RequestKind.EXTENSION and not case.granted(RequestKind.EXTENSION)
    if first and case.verifying_unit != OFFICE_UNIT:
        return Actor(Role.VERIFIER, case.verifying_unit)
    return Actor(Role.OFFICE)


def _unexpired(case: Case, command: Command, what: str) -> Clock:
    clock = case.clock(ClockKind.FINISH)
    if clock is None or not clock.running:
        raise refuse(case, f"没有正在计时的办结时限，不能申请{what}。")
    if command.at >= clock.due_at:
        raise refuse(case, f"{what}须在到期前申请，办结时限已于 {moment(clock.due_at)} 届满。")
    if case.pending(RequestKind.EXTENSION, RequestKind.SHELVING):
        raise refuse(case, "已有待裁定的延期或挂账申请，请等裁定或先撤回（withdraw）。")
    return clock


def _check_listed(case: Case, command: AskExtension, clock: Clock, rules: Rules) -> None:
    ahead = rules.policy.supervised_list.extension_ask
    left = rules.calendar.count_workdays(local_date(command.at), local_date(clock.due_at))
    if left < ahead.amount:
        raise refuse(
            case, f"已挂牌督办，延期须提前至少 {ahead.amount} 个工作日申请，现只剩 {left} 个。"
        )


def _check_cap(case: Case, command: AskExtension, rules: Rules) -> None:
    cap = rules.policy.first_extension(case.kind, case.urgency)
    if Limit(command.days, "wd").roughly() > cap.roughly():
        raise refuse(case, f"首次延期最多 {cap.zh}，不能是 {command.days} 个工作日。")


def _request(case: Case, command: Command, kind: RequestKind) -> Request:
    return Request(
        number=case.next_request,
        kind=kind,
        applicant=command.by.code or str(command.by.role),
        asked_at=command.at,
        level=case.level,
    )


def _opened(case: Case, command: _Asking, request: Request, rules: Rules) -> Change:
    return Change(
        state=case.state,
        event="requested",
        opened=(request,),
        notices=_task(case, request, rules),
        texts=texts("reason", command.reason),
        detail={"request": request.number, "kind": str(request.kind), "days": request.days},
    )


def _task(case: Case, request: Request, rules: Rules) -> tuple[Notice, ...]:
    who = decider(case, request)
    if who.role is Role.VERIFIER:
        args: dict[str, Figure] = {"task": str(request.kind), "request": request.number}
        return (Notice("task", who.code, "contact", args),)
    return office_task(rules, str(request.kind), request=request.number)


HANDLERS: Handlers = {
    AskExtension: ask_extension,
    AskShelving: ask_shelving,
    Object: object_,
    Exclude: exclude,
    Withdraw: withdraw,
}
