"""发现问题: a file of problems becomes cases."""

import re
from pathlib import Path
from typing import Annotated, Any

from prefect import State
from prefect.states import Completed

from flows.answers import agreed
from flows.fields import AsOf, Database, choice, field
from flows.running import announce, name_run, overview, seat, settled, story
from flows.telling import taken_in
from tasks import steps
from tasks.carrying import Carried
from tasks.intake import Asked


@story("detect")
async def detect(
    file: Annotated[str, field("文件", "服务器上的路径；csv、xlsx 或 jsonl。")],
    channel: Annotated[str, choice("问题来源", "channel")],
    unit: Annotated[str, choice("填报单位", "unit", "单位自行填报的选本单位；留空为办公室。")] = "",
    mapping: Annotated[
        str, field("列名对应", "列名与通用的不同时填写，如 内容=存在问题；用分号隔开。")
    ] = "",
    save_mapping: Annotated[str, choice("保存列名对应", "yes_no", "以后导入该来源时照用。")] = "否",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """导入一批问题并立案；此前导入过的不重复立案。"""
    desk = await seat(database, as_of)
    await name_run(desk, "detect")
    codes = {name: code for code, name in desk.directory.channels.items()}
    pairs = [pair.strip() for pair in re.split("[;；\n]", mapping) if pair.strip()]
    asked = Asked(unit, pairs, save=agreed(save_mapping))
    report = settled(await steps.take_in(desk, Path(file), codes.get(channel, channel), asked))
    await announce(desk, [Carried(no, event="recheck_ordered") for no in report.rechecks])
    await overview(desk)
    return Completed(message=taken_in(report), data=report)
