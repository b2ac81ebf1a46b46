"""The policy: shown as a file to edit, and a new version applied."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, Reason, read
from deployments.cli.register import command, group
from deployments.cli.reprojecting import DryRun, Step, carried_out, foreseen
from deployments.cli.reprojection_page import as_data, document, outcome, page
from deployments.cli.saying import iso
from deployments.cli.toml_text import toml_text
from deployments.cli.values import whole
from deployments.cli.versions_page import versions_answer
from domain.policy import Policy, read_policy
from domain.wording import check_opinion, moment
from models.policies import next_policy
from models.versions import policy_version, policy_versions
from tasks.channels import require_known_channels
from tasks.desk import Desk
from tasks.reading.policy_files import read_policy_file
from tasks.reprojecting import Preview, Progress, apply_policy, preview_policy

policy = group("规则：查看办理时限与督办规则，应用新的一版。")

PolicyFile = Annotated[Path, typer.Argument(metavar="文件", help="toml 文件，见 policy show。")]
Version = Annotated[
    int | None, typer.Option(metavar="版本", parser=read(whole), help="默认为现行的一版。")
]
KeepRunning = Annotated[
    bool, typer.Option("--keep-running", help="在办案件沿用原来的版本，只用于此后交办的。")
]


@command(
    policy,
    "show",
    Audience.LOOK,
    "以可以编辑的文件形式显示规则；可存为文件，修改后应用。",
    "policy show",
    "policy show --version 1",
)
def show(call: Call, version: Version = None) -> Answer:
    """Show a version."""
    with at_desk(call) as desk:
        found = policy_version(desk.engine, version)
    in_force = found.version == found.force
    told = {"version": found.version, "applied_at": iso(found.applied_at), "in_force": in_force}
    told |= {"actor": found.actor, "reason": found.reason}
    standing = "现行" if in_force else f"现行的是第 {found.force} 版"
    head = f"# 第 {found.version} 版，{moment(found.applied_at)} 起（{standing}）\n"
    shown = Text(f"{head}{toml_text(_ordered(found.body))}", no_wrap=True, overflow="ignore")
    return Answer(told | {"body": _ordered(found.body)}, [shown])


@command(
    policy,
    "list",
    Audience.LOOK,
    "列出规则的各个版本：何时、由谁、为何应用。",
    "policy list",
)
def list_(call: Call) -> Answer:
    """List versions."""
    with at_desk(call) as desk:
        return versions_answer(policy_versions(desk.engine))


def _ordered(body: Mapping[str, Any]) -> dict[str, Any]:
    """Put sections in the order in which the default file has them; the database keeps none."""
    return {item.name: body[item.name] for item in fields(Policy) if item.name in body}


@command(
    policy,
    "apply",
    Audience.OFFICE,
    "应用新的一版规则（版本号加一）并重算在办案件的时限；先用 --dry-run 预览。",
    "policy apply 规则.toml --dry-run",
    "policy apply 规则.toml --actor 王科 --reason 办公会议决定",
    "policy apply 规则.toml --keep-running",
)
def apply(
    call: Call,
    file: PolicyFile,
    dry_run: DryRun = False,
    keep_running: KeepRunning = False,
    reason: Reason = "",
) -> Answer:
    """Apply a version."""
    body, why = read_policy_file(file), check_opinion(reason)
    with at_desk(call) as desk:
        require_known_channels(desk, body)
        make = _keeping if keep_running else _moving
        step = make(desk, body, call.actor, why)
        if dry_run:
            preview, report = foreseen(desk, step), None
        else:
            preview, report = carried_out(desk, step)
        told = {"version": body["version"], "running": not keep_running}
        told |= {"changed": preview.changed, **document(preview), **as_data(report)}
        if not preview.changed:
            unchanged = "文件内容与现行规则一致，没有改动。"
            return Answer(told, [unchanged, *(outcome(report) if report else ())])
        done = [f"第 {body['version']} 版规则已施行。"] if report else []
        if keep_running:
            kept = "在办案件沿用原来的版本，时限不变。"
            return Answer(told, [kept, *(done or outcome(report))])
        return Answer(told, [*page(desk, preview), *done, *outcome(report)])


def _moving(desk: Desk, body: Mapping[str, Any], actor: str, why: str) -> Step:
    return Step(
        lambda progress: preview_policy(desk, body, progress=progress),
        lambda progress: apply_policy(desk, body, actor, progress=progress, reason=why),
    )


def _keeping(desk: Desk, body: Mapping[str, Any], actor: str, why: str) -> Step:
    """Leave running cases alone: nothing moves, whatever the version says."""

    def foresee(_: Progress) -> Preview:
        present = read_policy(policy_version(desk.engine).body)
        return Preview(changed=next_policy(present, body) is not None)

    return Step(foresee, lambda _: apply_policy(desk, body, actor, running=False, reason=why))
