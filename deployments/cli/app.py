"""All commands, in the order and the panels in which help shows them."""

from deployments.cli import (
    account_commands,
    activity_commands,
    assign_command,
    bulk_commands,
    calendar_commands,
    campaign_commands,
    case_commands,
    channel_commands,
    deciding_commands,
    document_commands,
    duplicate_commands,
    export_commands,
    feed_commands,
    identity_commands,
    inspection_commands,
    intake_register_command,
    ledger_commands,
    notice_commands,
    office_commands,
    point_commands,
    policy_commands,
    portal_commands,
    project_commands,
    referral_commands,
    replay_command,
    retention_commands,
    rules_commands,
    stack_commands,
    survey_commands,
    unit_commands,
    unit_rates_command,
    work_commands,
)
from deployments.cli.options import Audience
from deployments.cli.register import group

app = group(
    "营商环境整改案件管理。\n\n"
    "第一次使用：先 ./rectify up 启动系统，再 ./rectify case list 查看案件；"
    "每个命令加 --help 看用法和例子。"
)

GROUPED = {
    "case": case_commands.cases,
    "unit": unit_rates_command.unit,
    "channel": channel_commands.channel,
    "feed": feed_commands.feed,
    "activity": activity_commands.activity,
    "point": point_commands.point,
    "identity": identity_commands.identity,
    "retention": retention_commands.retention,
    "project": project_commands.project,
    "survey": survey_commands.survey,
    "referral": referral_commands.referral,
    "inspection": inspection_commands.inspection,
    "document": document_commands.papers,
    "duplicates": duplicate_commands.duplicates,
    "export": export_commands.export,
    "ledger": ledger_commands.ledger,
    "bulk": bulk_commands.bulk,
    "notices": notice_commands.notices,
    "key": portal_commands.key,
    "account": account_commands.account,
    "calendar": calendar_commands.calendar,
    "policy": policy_commands.policy,
    "rules": rules_commands.rules,
    "campaign": campaign_commands.campaign,
}
"""Commands that come in groups, by the word that names the group."""

app.add_typer(stack_commands.app)
for name, grouped in GROUPED.items():
    panel = Audience.RUN if name == "campaign" else Audience.LOOK
    app.add_typer(grouped, name=name, rich_help_panel=panel.value)
for part in (
    work_commands.app,
    intake_register_command.app,
    calendar_commands.app,
    replay_command.app,
    assign_command.app,
    office_commands.app,
    referral_commands.app,
    deciding_commands.app,
    unit_commands.app,
):
    app.add_typer(part)
