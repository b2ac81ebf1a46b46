"""The files of a channel: which column is which, and the workbook that units fill in."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience
from deployments.cli.register import command
from deployments.cli.saying import table
from domain.errors import Misuse
from models.channels import IntakeChannel, read_channel
from tasks.channel_template import write_template
from tasks.channels import change, save_columns
from tasks.reading.channel_columns import FIELD_ZH, known_fields

app = typer.Typer()

Code = Annotated[str, typer.Argument(metavar="渠道", help="渠道代码，见 channel list。")]
Pairs = Annotated[
    list[str] | None, typer.Argument(metavar="字段=列名", help="字段见 channel columns。")
]
Clear = Annotated[bool, typer.Option("--clear", help="清除已存的全部对应。")]
Out = Annotated[Path, typer.Option(metavar="文件", help="写成的 xlsx 文件；已有的不覆盖。")]
ForUnit = Annotated[str, typer.Option(metavar="单位", help="发给哪个单位填报。")]


@command(
    app,
    "columns",
    Audience.LOOK,
    "列出一个渠道认识的字段、各字段的通用列名和已存的对应。",
    "channel columns self_check",
)
def channel_columns(call: Call, code: Code) -> Answer:
    """List the fields of a channel."""
    with at_desk(call) as desk:
        return _columns(read_channel(desk.engine, code))


@command(
    app,
    "map",
    Audience.OFFICE,
    "登记一个渠道的文件中各字段用什么列名，以后导入时优先采用。",
    "channel map self_check 内容=存在问题 责任单位=牵头部门 --actor 王科",
    "channel map self_check --clear",
)
def channel_map(call: Call, code: Code, mapping: Pairs = None, clear: Clear = False) -> Answer:
    """Save or clear a mapping."""
    if clear == bool(mapping):
        raise Misuse("请写明 字段=列名，或用 --clear 清除全部对应，二者取一。")
    with at_desk(call) as desk:
        channel = read_channel(desk.engine, code)
        if clear:
            changed = bool(change(desk, code, {"columns": {}}, call.actor))
        else:
            changed = save_columns(desk, channel, mapping or [], call.actor)
        answer = _columns(read_channel(desk.engine, code))
    said = "列名对应已保存。" if changed else "列名对应没有变化。"
    return Answer(answer.document, [said, *answer.shown])


def _columns(channel: IntakeChannel) -> Answer:
    fields = known_fields(channel.extra_fields)
    document = [
        {
            "field": field,
            "name": FIELD_ZH[field],
            "aliases": list(names),
            "mapped": channel.columns.get(field, ""),
        }
        for field, names in fields.items()
    ]
    rows = (
        (one["field"], one["name"], one["mapped"], "、".join(one["aliases"])) for one in document
    )
    headers = ("字段", "名称", "已存列名", "通用列名")
    return Answer({"channel": channel.code, "fields": document}, [table("", headers, rows)])


@command(
    app,
    "template",
    Audience.LOOK,
    "制作一个渠道的填报模板（xlsx）：有下拉选项和填写说明，填好后直接用 intake 导入。",
    "channel template self_check --out 自查问题清单.xlsx",
    "channel template self_check --out 自查问题清单.xlsx --unit shuiwu",
)
def channel_template(call: Call, code: Code, out: Out, unit: ForUnit = "") -> Answer:
    """Write a template."""
    with at_desk(call) as desk:
        headers = write_template(desk, code, out, unit)
    document = {"file": str(out), "columns": headers}
    return Answer(document, [f"模板已写入 {out}，共 {len(headers)} 列。"])
