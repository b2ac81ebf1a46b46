"""The sample campaign, played on a simulated clock by the same flows as real work."""

import asyncio
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from prefect import Flow, State
from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact
from prefect.states import Completed

from domain.errors import Refused
from flows.casting import Scene, calls
from flows.check import check
from flows.deliver import deliver
from flows.detect import detect
from flows.fields import field as form_field
from flows.report import report
from flows.running import name_run, seat, story
from models.checking import due_now, waking
from models.outbox import waiting
from models.standings import Standing, standings
from tasks.campaign.inbox import put_in
from tasks.campaign.ledger import read_ledger
from tasks.campaign.readiness import Player, ready
from tasks.campaign.timetable import Moment, timetable
from tasks.desk import LIVE, Desk
from tasks.rules import rules_in_force

TOGETHER = 4
"""Cases acted on at once."""
LAST_DAY = date(2026, 12, 31)
"""The campaign runs to the end of the year."""

WATCH: ContextVar[Callable[[float, Moment], None]] = ContextVar(
    "WATCH", default=lambda _share, _moment: None
)
"""Told how far the play has come, by whoever shows it; set around the call of ``campaign``."""


@dataclass
class Play:
    """The play as it goes on: where it is played, who plays, and what did not go as written."""

    desk: Desk
    players: list[Player] = field(default_factory=list)
    acts: int = 0
    surprises: list[str] = field(default_factory=list)

    async def run(self, flow: Flow[..., Any], moment: Moment, **words: Any) -> bool:  # noqa: ANN401
        """Run one flow as part of this one; a refusal is noted, the play goes on."""
        words |= {"as_of": moment.at.isoformat(), "database": self.desk.database}
        state: State[Any] = await flow(**words, return_state=True)  # type: ignore[misc]
        self.acts += 1
        if not state.is_completed():
            self.surprises.append(f"{moment.at:%Y-%m-%d} {flow.name}：{state.message}")
        return bool(state.is_completed())


@story("campaign")
async def campaign(
    ledger: Annotated[str, form_field("示例台账", "csv 文件的路径。")],
    until: Annotated[date, form_field("推演至", "专项行动结束日。")] = LAST_DAY,
    database: Annotated[str, form_field("数据范围", "空白的演示数据库。")] = "demo",
) -> State[Any]:
    """推演示例专项行动：各单位签收、迟办、退单、延期、反弹，办公室逐案处置。"""
    if database.strip() == LIVE:
        raise Refused("示例专项行动不能在正式数据（live）中推演，请另选数据库。")
    desk = await seat(database, "")
    await name_run(desk, "campaign")
    play, problems = Play(desk), list(read_ledger(Path(ledger)))
    calendar = (await asyncio.to_thread(rules_in_force, desk)).calendar
    moments = timetable(problems, until, calendar)
    bar = await acreate_progress_artifact(progress=0.0, description="示例专项行动推演进度")
    for number, moment in enumerate(moments, start=1):
        await _SCENES[moment.what](play, moment)
        share = 100 * number / len(moments)
        WATCH.get()(share, moment)
        if number % _EVERY == 0 or number == len(moments):
            await aupdate_progress_artifact(bar, progress=share)
    await play.run(report, moments[-1])
    told = f"推演 {len(problems)} 件问题、{play.acts} 次运行，{len(play.surprises)} 次未按剧本。"
    return Completed(message=told, data=play.surprises)


_EVERY = 25
"""Moments between two updates of the progress artifact."""


async def _intake(play: Play, moment: Moment) -> None:
    file = await asyncio.to_thread(put_in, play.desk, moment.problems)
    channel = moment.problems[0].channel
    await play.run(detect, moment, file=str(file), channel=channel)
    play.players += [Player(problem, moment.at) for problem in moment.problems]


async def _check(play: Play, moment: Moment) -> None:
    """Nothing due means nothing to see: such days are passed over."""
    due = await asyncio.to_thread(due_now, play.desk.engine, moment.at)
    due = due or len(await asyncio.to_thread(waking, play.desk.engine, moment.at))
    if due:
        await play.run(check, moment)


async def _deliver(play: Play, moment: Moment) -> None:
    if await asyncio.to_thread(waiting, play.desk.engine, moment.at):
        await play.run(deliver, moment)


async def _summary(play: Play, moment: Moment) -> None:
    await play.run(report, moment)


async def _act(play: Play, moment: Moment) -> None:
    """Everybody whose time has come acts; different cases at once, one case in order."""
    where = await asyncio.to_thread(standings, play.desk.engine)
    calendar = (await asyncio.to_thread(rules_in_force, play.desk)).calendar
    due = list(ready(play.players, where, moment.at, calendar))
    free = asyncio.Semaphore(TOGETHER)
    await asyncio.gather(*(_scene(play, moment, one, where, free) for one in due))


async def _scene(
    play: Play,
    moment: Moment,
    due: tuple[Player, Any, Standing],
    where: Mapping[str, Standing],
    free: asyncio.Semaphore,
) -> None:
    player, act, standing = due
    lead = where.get(player.problem.before)
    scene = Scene(player.problem, act, standing, moment.at, lead.no if lead else "")
    async with free:
        for flow, words in calls(scene):
            await play.run(flow, moment, no=scene.no, **words)
    player.advance(moment.at)


_SCENES = {
    "intake": _intake,
    "check": _check,
    "deliver": _deliver,
    "act": _act,
    "summary": _summary,
}
