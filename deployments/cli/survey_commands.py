"""Questionnaires: set up, filled with answers, looked at."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from deployments.cli import survey_clue_commands
from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, File, read
from deployments.cli.register import command
from deployments.cli.saying import AsWritten, pairs, table
from deployments.cli.survey_options import Code, survey
from deployments.cli.toml_text import toml_text
from deployments.cli.values import day_or_instant, whole
from domain.calendar import local_date
from domain.survey_figures import Line
from domain.survey_questions import table_of
from models import surveys as stored
from models.surveys import Stored
from tasks.surveys.figures import HEADERS, about, cells, figures_of, names_of
from tasks.surveys.importing import ImportReport, import_answers
from tasks.surveys.planning import Frame, extend_survey, new_survey

__all__ = ["survey", "survey_clue_commands"]

_SHOWN = 200

Title = Annotated[str, typer.Option(metavar="名称", help="问卷的名称。")]
Questions = Annotated[Path, typer.Option(metavar="文件", help="题目，TOML 文件。")]
Day = Annotated[datetime, typer.Option(metavar="日期", parser=read(day_or_instant), help="日期。")]
Planned = Annotated[int, typer.Option(metavar="份数", parser=read(whole), help="计划收回多少份。")]
ShowQuestions = Annotated[bool, typer.Option("--questions", help="只输出题目（TOML）。")]


@command(
    survey,
    "new",
    Audience.OFFICE,
    "建立问卷：题目写在 TOML 文件里，写明起止日期和计划份数。",
    "survey new YS2026 --title 营商环境问卷 --questions 题目.toml --opens 2026-03-02"
    " --closes 2026-03-31 --planned 500",
)
def new(
    call: Call, code: Code, title: Title, questions: Questions, opens: Day, closes: Day,
    planned: Planned = 0,
) -> Answer:  # fmt: skip
    """Set up a questionnaire."""
    frame = Frame(title, local_date(opens), local_date(closes), planned)
    with at_desk(call) as desk:
        added = new_survey(desk, code, frame, questions)
        made = stored.survey(desk.engine, code.strip())
        document = _document(made, local_date(desk.now))
    said = "已建立" if added else "此前已建立，未再改动"
    return Answer(document | {"added": added}, [f"问卷 {made.code} {said}。"])


@command(
    survey,
    "import",
    Audience.OFFICE,
    "导入答卷（csv、xlsx），一行一份，列名为题目或其代码；不收姓名、电话等身份信息。",
    "survey import YS2026 答卷.csv",
)
def import_(call: Call, code: Code, file: File) -> Answer:
    """Take answers in."""
    with at_desk(call) as desk:
        report = import_answers(desk, code, file)
    return Answer(vars(report) | {"refused": [r._asdict() for r in report.refused]}, _said(report))


def _said(report: ImportReport) -> list[Any]:
    head = (
        f"读取 {report.read} 行：新收答卷 {report.added} 份，此前已有 {report.repeated} 份，"
        f"不能导入 {len(report.refused)} 行；低分线索 {report.clues} 条。"
    )
    if not report.refused:
        return [head]
    return [head, table("不能导入", ("行", "原因"), report.refused[:_SHOWN])]


@command(
    survey,
    "extend",
    Audience.OFFICE,
    "改截止日期；已截止的重新收答卷。",
    "survey extend YS2026 --closes 2026-04-15",
)
def extend(call: Call, code: Code, closes: Day) -> Answer:
    """Move the last day."""
    with at_desk(call) as desk:
        made = extend_survey(desk, code, local_date(closes))
        document = _document(made, local_date(desk.now))
    return Answer(document, [f"问卷 {made.code} 的截止日期为 {made.closes_on}。"])


@command(survey, "list", Audience.LOOK, "列出问卷。", "survey list")
def list_(call: Call) -> Answer:
    """List questionnaires."""
    with at_desk(call) as desk:
        today, found = local_date(desk.now), stored.surveys(desk.engine)
    rows = [
        (one.code, one.title, one.state(today).zh, one.opens_on, one.closes_on,
         f"{one.answers}/{one.planned or '—'}", one.open_clues)
        for one in found
    ]  # fmt: skip
    headers = ("代码", "名称", "状态", "开始", "截止", "收回/计划", "待处理线索")
    shown = [table("", headers, rows) if rows else "没有问卷。"]
    return Answer([_document(one, today) for one in found], shown)


@command(
    survey,
    "show",
    Audience.LOOK,
    "查看一份问卷和它的题目。",
    "survey show YS2026",
    "survey show YS2026 --questions",
)
def show(call: Call, code: Code, questions: ShowQuestions = False) -> Answer:
    """Show a questionnaire, or its questions as a file has them."""
    with at_desk(call) as desk:
        one, today = stored.survey(desk.engine, code), local_date(desk.now)
        name = desk.directory.name
    asked = [_given(table_of(question)) for question in one.questions]
    if questions:
        return Answer({"question": asked}, [AsWritten(_file(asked))])
    facts = pairs(
        (
            ("问卷", f"{one.title}（{one.code}）"),
            ("状态", one.state(today).zh),
            ("起止", f"{one.opens_on} 至 {one.closes_on}"),
            ("收回/计划", f"{one.answers}/{one.planned or '—'}"),
        )
    )
    rows = [
        (q.code, q.text, q.kind.zh, q.environment.zh if q.environment else "",
         name(q.unit), q.low or "")
        for q in one.questions
    ]  # fmt: skip
    headers = ("代码", "题目", "题型", "环境", "单位", "低分线")
    document = _document(one, today) | {"questions": asked}
    return Answer(document, [facts, table("题目", headers, rows)])


@command(
    survey,
    "report",
    Audience.LOOK,
    "按环境、单位、题目统计平均分和低分占比；人数少的不显示。",
    "survey report YS2026",
)
def report(call: Call, code: Code) -> Answer:
    """Count the answers."""
    with at_desk(call) as desk:
        one = stored.survey(desk.engine, code)
        made = figures_of(desk, one)
        shown = [
            table(f"按{title}", (title, *HEADERS), [(about(desk, one, line.about), *cells(line))
                                                   for line in lines])
            for title, lines in names_of(made)
            if lines
        ]  # fmt: skip
    document = {
        "survey": one.code,
        "respondents": made.respondents,
        "environments": [_figures(line) for line in made.environments],
        "units": [_figures(line) for line in made.units],
        "questions": [_figures(line) for line in made.questions],
    }
    return Answer(document, [f"《{one.title}》收回 {made.respondents} 份。", *shown])


def _figures(line: Line) -> dict[str, object]:
    numbers = {
        "mean": None if line.mean is None else float(line.mean),
        "low_percent": None if line.low is None else float(line.low),
    }
    return {"about": line.about, "answers": line.answers, **numbers, "hidden": line.hidden}


def _document(one: Stored, today: date) -> dict[str, Any]:
    return {
        "code": one.code,
        "title": one.title,
        "state": str(one.state(today)),
        "opens_on": str(one.opens_on),
        "closes_on": str(one.closes_on),
        "planned": one.planned,
        "answers": one.answers,
        "open_clues": one.open_clues,
    }


def _file(asked: Sequence[Mapping[str, Any]]) -> str:
    """Write questions as the file that ``survey new`` reads."""
    return "\n".join(f"[[question]]\n{toml_text(question)}" for question in asked)


def _given(question: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a question does not say."""
    return {name: value for name, value in question.items() if value not in ("", 0, [])}
