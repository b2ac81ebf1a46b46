"""The group of activities, and the options that its commands share."""

from typing import Annotated

import typer

from deployments.cli.register import group

activity = group("查摆活动：局长进大厅、监测点走访、会客厅、巡察、督查；计划、登记、统计。")

KindWord = Annotated[
    str,
    typer.Option(
        "--kind",
        metavar="类型",
        help="hall_day 局长进大厅、monitor_visit 监测点走访、parlour 会客厅、inspection 专项巡察、"
        "lookback 巡察“回头看”、supervision 专项督查。",
    ),
]
PeriodWord = Annotated[
    str,
    typer.Option(
        "--period", metavar="时段", help="季度如 2026Q1，或月份如 2026-03；不写即为本季度。"
    ),
]
