"""The dispatch rules: shown as a file to edit, tried on past cases, applied; categories learned."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, File, read
from deployments.cli.progress import progress
from deployments.cli.register import command, group
from deployments.cli.rules_page import learned_document, learned_page, trial_document, trial_page
from deployments.cli.rules_text import rules_text
from deployments.cli.saying import AsWritten, iso
from deployments.cli.values import whole
from domain.wording import moment
from models.rule_sets import read_rules
from tasks.category_lessons import TRAININGS, learn_categories
from tasks.rule_trials import PAST, try_rules
from tasks.rules import apply_rule_body, read_rules_file

rules = group("交办规则：查看、在以往案件上试用、施行新的一版；学习问题类别。")

RulesFile = Annotated[Path, typer.Argument(metavar="文件", help="toml 文件，见 rules show。")]
Version = Annotated[
    int | None, typer.Option(metavar="版本", parser=read(whole), help="默认为现行的一版。")
]
Cases = Annotated[
    int, typer.Option(metavar="件数", parser=read(whole), help="试用最近交办的多少件。")
]
Column = Annotated[str, typer.Option(metavar="列名", help="写着人工所定类别的那一列的表头。")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只看准确率，不保存。")]


@command(
    rules,
    "show",
    Audience.LOOK,
    "以可以编辑的文件形式显示交办规则；可存为文件，修改后先试用再施行。",
    "rules show",
    "rules show --version 1",
)
def show(call: Call, version: Version = None) -> Answer:
    """Show a version."""
    with at_desk(call) as desk:
        found = read_rules(desk.engine, version)
    in_force = found.version == found.force
    told = {"version": found.version, "applied_at": iso(found.applied_at), "in_force": in_force}
    standing = "现行" if in_force else f"现行的是第 {found.force} 版"
    head = f"# 交办规则第 {found.version} 版，{moment(found.applied_at)} 起（{standing}）\n"
    shown = AsWritten(head + rules_text(found.body).rstrip())
    return Answer(told | {"body": found.body}, [shown])


@command(
    rules,
    "try",
    Audience.LOOK,
    "在以往交办过的案件上试用新规则，与现行规则比较；不写入任何内容。",
    "rules try 交办规则.toml",
    "rules try 交办规则.toml --cases 1000",
)
def try_(call: Call, file: RulesFile, cases: Cases = PAST) -> Answer:
    """Try rules on past cases."""
    body = read_rules_file(file)
    with at_desk(call) as desk, progress("试用新规则") as advance:
        trial = try_rules(desk, body, cases, advance)
        return Answer(trial_document(trial), trial_page(desk, trial))


@command(
    rules,
    "apply",
    Audience.OFFICE,
    "施行新的一版交办规则（版本号加一），用于此后的交办；先用 rules try 试用。",
    "rules apply 交办规则.toml --actor 王科",
)
def apply(call: Call, file: RulesFile) -> Answer:
    """Put rules in force."""
    body = read_rules_file(file)
    with at_desk(call) as desk:
        version = apply_rule_body(desk, body)
        force = read_rules(desk.engine).version
    told = {"version": force, "changed": version is not None}
    if version is None:
        return Answer(told, [f"文件内容与现行的第 {force} 版一致，没有改动。"])
    return Answer(told, [f"第 {version} 版交办规则已施行，用于此后的交办。"])


@command(
    rules,
    "train-categories",
    Audience.RUN,
    "从人工分好类的问题中学习类别，报出在未见过的问题上的准确率；交办建议从此附类别建议。",
    "rules train-categories 已分类.csv --column 一级分类 --dry-run",
    "rules train-categories 已分类.csv --column 一级分类",
)
def train_categories(call: Call, file: File, column: Column, dry_run: DryRun = False) -> Answer:
    """Train the model of categories."""
    with progress("学习类别", TRAININGS - dry_run) as advance:
        keep_at = None if dry_run else call.as_of or call.now
        learned = learn_categories(call.settings, file, column, keep_at, advance)
    return Answer(learned_document(learned), learned_page(learned))
