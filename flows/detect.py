"""发现问题: a file of problems becomes cases."""

from pathlib import Path
from typing import Annotated, Any

from prefect import State
from prefect.states import Completed

from flows.fields import AsOf, Database, choice, field
from flows.running import name_run, overview, seat, settled, story
from flows.telling import taken_in
from tasks import steps


@story("detect")
async def detect(
    file: Annotated[str, field("文件", "服务器上的路径；csv、xlsx 或 jsonl。")],
    channel: Annotated[str, choice("问题来源", "channel")],
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """导入一批问题并立案；此前导入过的不重复立案。"""
    desk = await seat(database, as_of)
    await name_run(desk, "detect")
    codes = {name: code for code, name in desk.directory.channels.items()}
    report = settled(await steps.take_in(desk, Path(file), codes.get(channel, channel)))
    await overview(desk)
    return Completed(message=taken_in(report), data=report)
