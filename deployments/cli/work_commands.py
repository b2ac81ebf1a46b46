"""What runs over all cases: intake, the deadline check, delivery, verification of the histories."""

from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk, tell_prefect
from deployments.cli.intake_page import previewed, taken_in
from deployments.cli.options import Audience, File
from deployments.cli.progress import progress
from deployments.cli.register import command
from deployments.cli.saying import table
from domain.codes import ClockKind, Rung
from domain.errors import Misuse, Refused
from domain.wording import moment
from models.checking import CheckReport
from models.verifying import VerifyReport, verify
from tasks.carrying import Carried
from tasks.checking import check
from tasks.delivery.delivering import DeliveryReport, deliver
from tasks.intake import Asked, intake_file
from tasks.intake_preview import preview_file

app = typer.Typer()

Channel = Annotated[str, typer.Option(metavar="渠道", help="渠道代码，见 channel list。")]
Mapping = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="字段=列名", help="这次按此对应列名，可写多次。"),
]
SaveMap = Annotated[bool, typer.Option("--save-map", help="把 --map 存为该渠道的列名对应。")]
Preview = Annotated[
    bool, typer.Option("--preview", help="只看怎样理解、有多少件，不写入任何内容。")
]


@command(
    app,
    "intake",
    Audience.RUN,
    "把一个文件中的问题登记为案件；同一来源编号只登记一次，中断后可再次运行。"
    "单位自行填报的加 --by 单位。",
    "intake 台账.xlsx --channel self_check",
    "intake messages.csv --channel 12345 --json",
    "intake 自查.xlsx --channel self_check --by 市财政局 --preview",
    "intake 台账.xlsx --channel monitor --map 内容=存在问题 --save-map",
)
def intake(
    call: Call,
    file: File,
    channel: Channel,
    mapping: Mapping = None,
    save_map: SaveMap = False,
    preview: Preview = False,
) -> Answer:
    """Take a file in, or look at how it is understood."""
    asked = Asked(call.by, mapping or (), save=save_map, actor=call.actor)
    if save_map and (preview or not mapping):
        raise Misuse("--save-map 须与 --map 一起写，且不能与 --preview 同用。")
    if preview:
        with at_desk(call) as desk, progress("预览") as advance:
            return previewed(desk, preview_file(desk, file, channel, advance, asked))
    with at_desk(call) as desk, progress("登记问题") as advance:
        report = intake_file(desk, file, channel, advance, asked)
    tell_prefect(call, [Carried(no, event="recheck_ordered") for no in report.rechecks])
    return taken_in(report)


@command(
    app,
    "check",
    Audience.RUN,
    "期限检查：触发到期的预警，直到没有到期的；可随时重复运行。",
    "check",
    "check --database demo --as-of 2026-03-09T09:00:00+08:00",
)
def check_(call: Call) -> Answer:
    """Fire what is due."""
    with at_desk(call) as desk, progress("期限检查") as advance:
        report = check(desk, advance)
    return _checked(report)


def _checked(report: CheckReport) -> Answer:
    document = {
        "fired": dict(sorted(report.fired.items())),
        "coalesced": report.coalesced,
        "notices": report.notices,
        "woken": report.woken,
        "reprojected": report.reprojected,
        "held": report.held,
        "behind": report.behind,
    }
    if report.held:
        return Answer(document, ["另一次期限检查正在进行，这次没有改动。"])
    if report.behind is not None:
        last = moment(report.behind)
        return Answer(document, [f"已检查到 {last}，早于它的检查不再改动任何内容。"])
    sentence = (
        f"触发预警 {report.fired.total()} 项，合并跳过的 {report.coalesced} 项，"
        f"应发通知 {report.notices} 份，到时自动办理 {report.woken} 件。"
    )
    if report.reprojected:
        sentence += f"接续中断的时限重算 {report.reprojected} 件。"
    rows = ((*_named(fired), count) for fired, count in sorted(report.fired.items()))
    if not report.fired:
        return Answer(document, [sentence])
    return Answer(document, [sentence, table("", ("时限", "预警", "项数"), rows)])


def _named(fired: str) -> tuple[str, str]:
    clock, _, rung = fired.partition(".")
    return ClockKind(clock).zh, Rung(rung).zh


@command(
    app, "deliver", Audience.RUN, "发送到期应发的通知，一次发完。", "deliver", "deliver --json"
)
def deliver_(call: Call) -> Answer:
    """Empty the outbox once."""
    with at_desk(call) as desk, progress("发送通知"):
        report = deliver(
            desk.engine, desk.settings, desk.now, desk.recorded_at, simulated=desk.simulated
        )
    if report.held:
        raise Refused(report.held)
    return _delivered(report)


def _delivered(report: DeliveryReport) -> Answer:
    document = {
        "bound": report.bound,
        "sent": report.sent,
        "failed": report.failed,
        "parked": report.parked,
        "withdrawn": report.withdrawn,
        "postponed": report.postponed,
        "unrendered": report.unrendered,
        "waiting_for_hours": report.waiting_for_hours,
    }
    sentence = (
        f"通知成信 {report.bound} 份，发出 {report.sent} 封，失败待重发 {report.failed} 封，"
        f"推迟 {report.postponed} 封，搁置 {report.parked} 封，"
        f"套不进模板 {report.unrendered} 份，等待工作时间 {report.waiting_for_hours} 份。"
    )
    stuck = report.parked or report.unrendered
    hint = ["搁置的用 ./rectify notices parked 查看。"] if stuck else []
    return Answer(document, [sentence, *hint])


@command(
    app, "verify", Audience.RUN, "核验全部办理记录：哈希链、封存、时限能否由记录重算。", "verify"
)
def verify_(call: Call) -> Answer:
    """Verify every history."""
    with at_desk(call) as desk, progress("核验办理记录") as advance:
        report = verify(desk.engine, advance)
    return _verified(report)


def _verified(report: VerifyReport) -> Answer:
    document = {
        "cases": report.cases,
        "entries": report.entries,
        "faults": [{"no": fault.no, "sentence": fault.sentence} for fault in report.faults],
    }
    sentence = (
        f"核验 {report.cases} 件、{report.entries} 条记录，发现问题 {len(report.faults)} 处。"
    )
    if not report.faults:
        return Answer(document, [sentence])
    rows = ((fault.no, fault.sentence) for fault in report.faults)
    return Answer(document, [sentence, table("", ("编号", "问题"), rows)], code=1)
