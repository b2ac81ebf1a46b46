"""The dispatch rules: shown as a file to edit, tried on past cases, applied; categories learned."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, File, Reason, read
from deployments.cli.progress import progress
from deployments.cli.register import command, group
from deployments.cli.rules_page import learned_document, learned_page, trial_document, trial_page
from deployments.cli.rules_text import rules_text
from deployments.cli.saying import AsWritten, iso
from deployments.cli.values import whole
from deployments.cli.versions_page import versions_answer
from deployments.reference.seed import shipped_rules
from domain.errors import Misuse
from domain.wording import moment
from models.rule_sets import read_rules
from models.versions import rule_set_versions
from tasks.category_lessons import TRAININGS, learn_categories
from tasks.rule_trials import PAST, try_rules
from tasks.rules import apply_rule_body, read_rules_file

rules = group("交办规则：查看、在以往案件上试用、施行新的一版；学习问题类别。")

RulesFile = Annotated[Path, typer.Argument(metavar="文件", help="toml 文件，见 rules show。")]
SomeRulesFile = Annotated[
    Path | None, typer.Argument(metavar="文件", help="toml 文件；施行产品自带的规则时不写。")
]
Shipped = Annotated[bool, typer.Option("--shipped", help="产品自带的规则。")]
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
    "rules show --shipped",
)
def show(call: Call, version: Version = None, shipped: Shipped = False) -> Answer:
    """Show a version, or what comes with the product."""
    if shipped:
        return _shown_shipped(version)
    with at_desk(call) as desk:
        found = read_rules(desk.engine, version)
    in_force = found.version == found.force
    told = {"version": found.version, "applied_at": iso(found.applied_at), "in_force": in_force}
    told |= {"actor": found.actor, "reason": found.reason}
    standing = "现行" if in_force else f"现行的是第 {found.force} 版"
    by = f"，{found.actor}施行：{found.reason}" if found.actor else ""
    head = f"# 交办规则第 {found.version} 版，{moment(found.applied_at)} 起（{standing}）{by}\n"
    shown = AsWritten(head + rules_text(found.body).rstrip())
    return Answer(told | {"body": found.body}, [shown])


def _shown_shipped(version: int | None) -> Answer:
    if version is not None:
        raise Misuse("--shipped 是产品自带的规则，不分版本，请去掉 --version。")
    body = shipped_rules()
    shown = AsWritten("# 产品自带的交办规则\n" + rules_text(body).rstrip())
    return Answer({"shipped": True, "body": body}, [shown])


@command(
    rules,
    "list",
    Audience.LOOK,
    "列出交办规则的各个版本：何时、由谁、为何施行。",
    "rules list",
)
def list_(call: Call) -> Answer:
    """List versions."""
    with at_desk(call) as desk:
        return versions_answer(rule_set_versions(desk.engine))


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
    "施行新的一版交办规则（版本号加一），用于此后的交办；写明由谁施行、为何；先用 rules try 试用。",
    "rules apply 交办规则.toml --actor 王科 --reason 供水事项改由属地办理",
    "rules apply --shipped --actor 王科 --reason 采用产品自带的新规则",
)
def apply(
    call: Call, file: SomeRulesFile = None, reason: Reason = "", shipped: Shipped = False
) -> Answer:
    """Put rules in force."""
    if (file is None) != shipped:
        raise Misuse("请写明规则文件，或用 --shipped 施行产品自带的规则，二者取其一。")
    body = shipped_rules() if file is None else read_rules_file(file)
    with at_desk(call) as desk:
        version = apply_rule_body(desk, body, call.actor, reason, shipped=shipped)
        force = read_rules(desk.engine).version
    told = {"version": force, "changed": version is not None}
    if version is None:
        return Answer(told, [f"内容与现行的第 {force} 版一致，没有改动。"])
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
