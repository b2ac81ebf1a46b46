"""What a run did, in the words that operators read beside it."""

from collections import Counter

from domain.codes import AUTOMATIC_RUNGS, RUNGS, Rung
from domain.wording import moment
from models.checking import CheckReport
from models.intake_rows import IntakeReport
from tasks.assigning import AssignReport
from tasks.delivery.delivering import DeliveryReport

_CARDS = {Rung.BLUE: "条蓝色提示", Rung.YELLOW: "张黄牌", Rung.RED: "张红牌"}
_SHOWN = 3


def checked(report: CheckReport) -> str:
    """Say what a check fired, by rung; or why it did nothing."""
    if report.held:
        return "另一次检查正在进行，本次未改动任何内容。"
    if report.behind is not None:
        return f"此前已检查到 {moment(report.behind)}，本次时间更早，未改动任何内容。"
    by_rung: Counter[str] = Counter()
    for name, count in report.fired.items():
        by_rung[name.partition(".")[2]] += count
    cards = [f"{by_rung[rung]} {_CARDS[rung]}" for rung in RUNGS if rung in AUTOMATIC_RUNGS]
    proposals = sum(by_rung[rung] for rung in RUNGS if rung not in AUTOMATIC_RUNGS)
    told = f"{'、'.join(cards)}，升级建议 {proposals} 件；通知 {report.notices} 份"
    again = f"，接续重算时限 {report.reprojected} 件" if report.reprojected else ""
    alike = _alike(report)
    return f"{told}，补记 {report.coalesced} 级，自动转办 {report.woken} 件{again}{alike}。"


def _alike(report: CheckReport) -> str:
    """What it did about duplicates, if anything."""
    counts = {
        "比对新案件": report.compared,
        "疑似反弹安排复查": report.rechecks,
        "自动并案": report.joined,
        "专项复查": report.reinspected,
        "派检查人": report.inspectors_named,
    }
    return "".join(f"，{what} {count} 件" for what, count in counts.items() if count)


def delivered(report: DeliveryReport) -> str:
    """Say what a round of delivery sent, and what it could not; or why it is held."""
    if report.held:
        return f"未发送任何通知。{report.held}"
    told = f"发出 {report.sent} 封，失败待重试 {report.failed} 封，待人工处理 {report.parked} 封"
    waiting = f"，待上班时间发送 {report.waiting_for_hours} 份" if report.waiting_for_hours else ""
    away = f"，接收方暂不可用、推迟 {report.postponed} 封" if report.postponed else ""
    misfits = f"，套不进模板 {report.unrendered} 份" if report.unrendered else ""
    return f"{told}{away}{misfits}{waiting}，撤回 {report.withdrawn} 份。"


def taken_in(report: IntakeReport) -> str:
    """Say what became of the rows of a file."""
    told = f"读取 {report.read} 行：新立案 {report.opened} 件，重复 {report.duplicate} 行"
    told += f"，无反映人 {report.unreported} 行" if report.unreported else ""
    if not report.rejected:
        return f"{told}，不合格 0 行。"
    rows = "、".join(str(bad.row) for bad in report.rejected[:_SHOWN])
    return f"{told}，不合格 {len(report.rejected)} 行（第 {rows} 行等），原因见命令行导入结果。"


def assigned(report: AssignReport) -> str:
    """Say how many the rules settled, and how many wait for the office."""
    return (
        f"按规则交办 {report.dispatched} 件，未能交办 {len(report.refused)} 件；"
        f"待办公室受理 {report.left} 件，见工作清单。"
    )
