"""Orders of inspections and the month's draw: made, listed, drawn again."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any

import typer

from deployments.cli.call import Answer, Call, at_desk, tell_prefect
from deployments.cli.inspection_options import OrderNumber, Since, Until, inspection, share
from deployments.cli.options import Audience, read
from deployments.cli.register import command
from deployments.cli.saying import iso, pairs, table
from domain.calendar import local_date
from domain.codes import Environment
from domain.periods import read_period
from domain.wording import moment
from models.inspection_orders import Ordered, Scope, Wanted, find_order, orders
from tasks.desk import Desk
from tasks.inspections.ordering import Asked, in_words, plan, redraw, write_down
from tasks.inspections.rounds import go_round
from tasks.inspections.sampling import draw_month, key_of
from tasks.ordering.order import choice

_SHOWN = 200

Unit = Annotated[str, typer.Option(metavar="单位", help="只抽该单位办理的。")]
Area = Annotated[
    str,
    typer.Option(
        metavar="环境", help="只抽该类的：" + "、".join(f"{e} {e.zh}" for e in Environment) + "。"
    ),
]
Reason = Annotated[str, typer.Option(metavar="文字", help="理由，至多 200 字。")]
Share = Annotated[
    int, typer.Option(metavar="百分比", parser=read(share), help="抽每个单位的百分之几，至少一件。")
]
Seed = Annotated[
    str, typer.Option(metavar="文字", help="抽签种子；默认当天日期，月度抽签默认随机，都记录在案。")
]
MonthWord = Annotated[str, typer.Option("--period", metavar="月份", help="如 2026-03。")]
Preview = Annotated[bool, typer.Option("--preview", help="只看会抽到哪些，不安排。")]


@command(
    inspection,
    "order",
    Audience.OFFICE,
    "专项复查：按单位、环境、销号时段抽查已销号的案件，按单位分层抽签，同时派检查人。",
    "inspection order --unit shuiwu --since 2026-01-01 --reason 季度抽查 --share 20 --preview",
    "inspection order --environment service --reason 群众反映集中 --actor 王科",
)
def order(
    call: Call, reason: Reason, unit: Unit = "", environment: Area = "", since: Since = None,
    until: Until = None, share: Share = 20, seed: Seed = "", preview: Preview = False,
) -> Answer:  # fmt: skip
    """Have closed cases looked at again."""
    with at_desk(call) as desk:
        scope = Scope(
            unit=desk.directory.unit(unit) if unit else "",
            environment=str(choice(Environment, environment, "环境")) if environment else "",
            since=since,
            until=until,
        )
        words = Asked(scope, reason, share, seed or str(local_date(desk.now)), call.actor)
        wanted = plan(desk, words, call.key or _key(words))
        said = f"{in_words(desk, scope)}：{_counted(wanted.population, wanted.picks)}。"
        if preview:
            return Answer(
                _drawn(wanted) | {"ordered": None}, [f"预览，未安排。{said}", _picks(desk, wanted)]
            )
        fresh = write_down(desk, wanted)
        made = go_round(desk)
    tell_prefect(call, made.ordered)
    document = _drawn(wanted) | {
        "ordered": [one.no for one in made.ordered],
        "assigned": made.assigned,
        "unassigned": made.unassigned,
        "repeated": not fresh,
    }
    if not fresh:
        return Answer(document, ["同一专项复查此前已经安排，没有重复安排。"])
    return Answer(document, [said, made.in_words()])


def _key(words: Asked) -> str:
    """The same order on the same day is one order."""
    said = repr((words.scope, words.reason, words.share, words.seed))
    return "office:" + sha256(said.encode()).hexdigest()


def _counted(population: Mapping[str, Any], picks: Mapping[str, Any]) -> str:
    found, drawn = sum(map(len, population.values())), sum(map(len, picks.values()))
    return f"{len(population)} 个单位已销号 {found} 件，抽取 {drawn} 件"


def _drawn(wanted: Wanted) -> dict[str, Any]:
    return {
        "seed": wanted.seed,
        "share": wanted.share,
        "population": {unit: len(nos) for unit, nos in wanted.population.items()},
        "picks": {unit: list(nos) for unit, nos in wanted.picks.items()},
    }


def _picks(desk: Desk, wanted: Wanted) -> Any:  # noqa: ANN401 - what rich prints
    rows = [
        (desk.directory.name(unit), len(wanted.population[unit]), "、".join(nos))
        for unit, nos in wanted.picks.items()
    ]
    return table("", ("单位", "已销号", "抽到"), rows)


@command(
    inspection,
    "draw",
    Audience.OFFICE,
    "“回头看”抽签：从某月销号的案件中按单位抽签；平时由系统在月后自动抽签，每月一次。",
    "inspection draw --period 2026-03 --seed 20260401",
)
def draw(call: Call, period: MonthWord, seed: Seed = "") -> Answer:
    """Draw a month."""
    with at_desk(call) as desk:
        fresh = draw_month(desk, period, seed)
        made = go_round(desk)
        order = find_order(desk.engine, key=key_of(read_period(period)))
    tell_prefect(call, made.ordered)
    said = f"{period}：{_counted(order.population, order.picks)}，种子 {order.seed}。"
    return Answer(
        _order_document(order) | {"repeated": not fresh},
        [said if fresh else f"此前已经抽签，没有重抽。{said}"],
    )


@command(inspection, "orders", Audience.LOOK, "列出各次专项复查和抽签情况。", "inspection orders")
def orders_(call: Call) -> Answer:
    """List orders of inspections."""
    with at_desk(call) as desk:
        found = orders(desk.engine, _SHOWN)
        rows = [
            (one.id, moment(one.ordered_at), one.cause.zh, _about(desk, one), one.reason,
             _counted(one.population, one.picks))
            for one in found
        ]  # fmt: skip
    headers = ("编号", "时间", "原因", "范围", "理由", "抽签")
    shown = [table("", headers, rows) if rows else "还没有专项复查。"]
    return Answer([_order_document(one) for one in found], shown)


def _about(desk: Desk, one: Ordered) -> str:
    return one.no or in_words(desk, one.scope)


def _order_document(one: Ordered) -> dict[str, Any]:
    return {
        "order": one.id,
        "cause": str(one.cause),
        "no": one.no or None,
        "unit": one.scope.unit,
        "environment": one.scope.environment,
        "since": iso(one.scope.since),
        "until": iso(one.scope.until),
        "reason": one.reason,
        "seed": one.seed,
        "share": one.share,
        "method": one.method,
        "population_hash": one.population_hash,
        "population": {unit: list(nos) for unit, nos in one.population.items()},
        "picks": {unit: list(nos) for unit, nos in one.picks.items()},
        "actor": one.actor,
        "ordered_at": iso(one.ordered_at),
        "done_at": iso(one.done_at),
    }


@command(
    inspection,
    "redraw",
    Audience.LOOK,
    "按记录的名单、比例、种子重新抽签，核对与当时是否一致；不一致退出码为 1。",
    "inspection redraw 3",
)
def redraw_(call: Call, number: OrderNumber) -> Answer:
    """Draw again and compare."""
    with at_desk(call) as desk:
        made, again, same = redraw(desk, number)
    facts = pairs(
        (
            ("种子", made.seed),
            ("比例", f"{made.share}%"),
            ("抽签", _counted(made.population, again)),
            ("名单摘要", made.population_hash),
        )
    )
    said = "重抽结果与记录一致。" if same else "重抽结果与记录不一致，记录可能被改动。"
    return Answer(
        _order_document(made) | {"redrawn": {u: list(n) for u, n in again.items()}, "same": same},
        [said, facts],
        0 if same else 1,
    )
