"""Taking out: the three lists as a workbook in the form offices use."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.case_commands import OfUnit, States
from deployments.cli.options import Audience
from deployments.cli.progress import progress
from deployments.cli.register import command, group
from deployments.cli.values import coded
from domain.calendar import local_date
from domain.codes import State
from domain.errors import Misuse
from models.reading import Filter
from tasks.ledger.exporting import cases_to_export, export_ledger

export = group("导出：问题清单、责任清单、整改清单。")
_FORMATS = ("xlsx",)

Format = Annotated[str, typer.Option("--format", metavar="格式", help="xlsx。")]
Output = Annotated[
    Path | None,
    typer.Option(metavar="文件", help="写到哪个文件；默认为当前目录下的 三张清单-日期.xlsx。"),
]


@command(
    export,
    "ledger",
    Audience.LOOK,
    "导出问题清单、责任清单、整改清单为一个工作簿（号码遮盖，不含反映内容和反映人）。",
    "export ledger --format xlsx",
    "export ledger --format xlsx --unit shuiwu --state 整改中 --output 税务台账.xlsx",
)
def ledger(
    call: Call,
    form: Format = "xlsx",
    output: Output = None,
    unit: OfUnit = "",
    states: States = None,
) -> Answer:
    """Write the workbook."""
    if form not in _FORMATS:
        raise Misuse(f"台账不能导出为“{form}”，可写：{'、'.join(_FORMATS)}。")
    with at_desk(call) as desk:
        file = output or Path(f"三张清单-{local_date(desk.now):%Y%m%d}.xlsx")
        wanted = Filter(
            states=coded(State, states or [], "状态"),
            unit=desk.directory.unit(unit) if unit else "",
            limit=None,
        )
        with progress("导出台账", cases_to_export(desk, wanted)) as advance:
            done = export_ledger(desk, wanted, file, advance)
    document = {"file": str(done.file), "cases": done.cases}
    return Answer(document, [f"已导出 {done.cases} 件到 {done.file}。"])
