"""What was asked for and waits: what, by whom, who decides by when, and what happens until then."""

from collections.abc import Callable, Iterator, Mapping

from domain.case import Request
from domain.codes import ClockKind, RequestKind, Role
from domain.explaining_record import Names, Record, who
from domain.limits import deadline
from domain.requesting import decider
from domain.wording import moment


def waiting(record: Record, names: Names) -> Iterator[str]:
    """Say of each pending request who decides it, by when where a rule says so."""
    for request in record.case.pending():
        asked = f"{_applicant(request, names)} {moment(request.asked_at)} 提出"
        what = f"第 {request.number} 号申请（{request.kind.zh}{_figure(request, names)}，{asked}）"
        by = who(str(decider(record.case, request)), names)
        yield f"{what}待{by}裁定；{_MEANWHILE[request.kind](record, request)}。"


def _applicant(request: Request, names: Names) -> str:
    """A unit by its name, everybody else by their role."""
    if request.applicant in _ROLES:
        return Role(request.applicant).zh
    return names.get(request.applicant, request.applicant)


def _figure(request: Request, names: Names) -> str:
    if request.days:
        return f" {request.days} 个工作日"
    if request.until is not None:
        return f"至 {moment(request.until)}"
    if request.rung is not None:
        return f"“{request.rung.zh}”"
    return f"，建议改由{names.get(request.unit, request.unit)}办理" if request.unit else ""


def _extension(record: Record, request: Request) -> str:
    meanwhile = "裁定前照常计时，到期后获准的也自原到期时间起加算"
    if not record.case.listed:
        return meanwhile
    limit, rules = record.rules.policy.supervised_list.extension_decide, record.rules
    last = deadline(request.asked_at, limit, rules.calendar, rules.policy.hours).at
    return f"已挂牌督办，应于 {moment(last)} 前裁定；{meanwhile}"


def _return(record: Record, request: Request) -> str:
    ruling = record.case.clock(ClockKind.RULING, request.slot)
    by_when = f"应于 {moment(ruling.due_at)} 前裁定；" if ruling else ""
    if request.slot:
        return f"{by_when}裁定前只有该协办单位的时限暂停，其他单位照常计时"
    return f"{by_when}裁定前单位的各项时限暂停"


def _plain(sentence: str) -> Callable[[Record, Request], str]:
    return lambda _record, _request: sentence


_ROLES = frozenset(Role)
_MEANWHILE: Mapping[RequestKind, Callable[[Record, Request], str]] = {
    RequestKind.EXTENSION: _extension,
    RequestKind.SHELVING: _plain("裁定前照常计时，到期后获准的自原到期时间起停止计时"),
    RequestKind.RETURN: _return,
    RequestKind.OBJECTION: _plain("公示照常进行，裁定前不能销号"),
    RequestKind.EXCLUSION: _plain("不影响计时，只影响考核"),
    RequestKind.PROPOSAL: _plain("由办公室负责人签发、改定或不予采纳，签发前级别不变"),
}
