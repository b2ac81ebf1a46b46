"""专项复查: closed cases are looked at again, because something happened or the office wants it."""

from asyncio import to_thread
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from prefect import State
from prefect.states import Completed

from domain.codes import Environment
from domain.errors import Misuse
from flows.answers import agreed
from flows.fields import AsOf, Database, Operator, choice, field, words
from flows.instants import day_or_instant
from flows.running import announce, name_run, overview, run_key, seat, settled, story
from models.inspection_orders import Scope, Wanted
from tasks import steps
from tasks.desk import Desk
from tasks.inspections.ordering import Asked, in_words, plan, write_down
from tasks.inspections.rounds import go_round
from tasks.ordering.order import choice as coded

_SHARES = range(1, 101)


@story("inspections")
async def inspections(
    unit: Annotated[str, choice("办理单位", "unit", "对该单位已销号的案件开展。")] = "",
    environment: Annotated[str, choice("所属环境", "environment", "对该类已销号的案件开展。")] = "",
    since: Annotated[str, field("销号起始日", "例如 2026-01-01。")] = "",
    until: Annotated[str, field("销号截止日", "不含当日，例如 2026-04-01。")] = "",
    reason: Annotated[str, words("理由", "填写即按上列范围安排；留空则办理系统触发的复查，")] = "",
    share: Annotated[int, field("抽查比例", "每个单位的百分之几，至少一件；1 至 100。")] = 20,
    preview: Annotated[str, choice("只预览", "yes_no", "选“是”则只看会抽到哪些。")] = "否",
    actor: Operator = "",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """安排专项复查并派检查人；各项留空则办理由回访不满意、反弹、新来件触发的复查。"""
    desk = await seat(database, as_of)
    await name_run(desk, "inspections", unit=desk.directory.unit(unit) if unit else "")
    begun = ""
    if reason.strip():
        scope = _scope(desk, unit, environment, since, until)
        asked = Asked(scope, reason, _checked(share), run_key(), actor)
        wanted = settled(await steps.look(partial(plan, desk, asked, run_key() or "flow")))
        begun = f"{in_words(desk, scope)}：{_counted(wanted)}。"
        if agreed(preview):
            return Completed(message=f"预览，未安排。{begun}")
        await to_thread(write_down, desk, wanted)
    elif unit or environment or since.strip() or until.strip():
        raise Misuse("按范围开展专项复查须填写理由。")
    made = settled(await steps.look(partial(go_round, desk)))
    await announce(desk, made.ordered, inspectors_wait=False)
    await overview(desk)
    return Completed(message=f"{begun}{made.in_words()}", data=made)


def _scope(desk: Desk, unit: str, environment: str, since: str, until: str) -> Scope:
    return Scope(
        unit=desk.directory.unit(unit) if unit else "",
        environment=str(coded(Environment, environment, "所属环境")) if environment else "",
        since=_day(since, "销号起始日"),
        until=_day(until, "销号截止日"),
    )


def _day(text: str, what: str) -> datetime | None:
    """The beginning of a day, or an instant."""
    if not text.strip():
        return None
    found = day_or_instant(text, what)
    return found if ":" in text else found.replace(hour=0)


def _checked(share: int) -> int:
    if share not in _SHARES:
        raise Misuse("抽查比例请写 1 到 100 的整数。")
    return share


def _counted(wanted: Wanted) -> str:
    drawn = sum(map(len, wanted.picks.values()))
    found = sum(map(len, wanted.population.values()))
    return f"{len(wanted.population)} 个单位已销号 {found} 件，抽取 {drawn} 件"
