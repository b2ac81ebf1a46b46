"""What a unit may see of a reporter: disclosures granted and revoked, the party hidden or shown."""

from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, No, read
from deployments.cli.register import command
from deployments.cli.saying import iso, table
from deployments.cli.values import whole
from domain.wording import moment
from models.disclosures import disclosures
from tasks import disclosing
from tasks.disclosing import Offer, occasion_of

app = typer.Typer()

To = Annotated[str, typer.Option(metavar="单位", help="向哪个主办或协办单位披露。")]
From = Annotated[str, typer.Option("--from", metavar="单位", help="不再向哪个单位披露。")]
Days = Annotated[
    int, typer.Option(metavar="天数", parser=read(whole), help="披露多少天，最长天数见规则。")
]
Consent = Annotated[
    str, typer.Option(metavar="文字", help="反映人何时、以何种方式同意，不写姓名、电话。")
]
OfCase = Annotated[str, typer.Option("--case", metavar="编号", help="只列这一件的。")]


@command(
    app,
    "disclose",
    Audience.OFFICE,
    "经反映人同意，在一段时间内向主办或协办单位披露反映人。",
    "identity disclose QD2026-000123 --to shuiwu --days 7 --consent 3月2日电话中同意 --actor 王科",
)
def disclose(call: Call, no: No, to: To, days: Days, consent: Consent) -> Answer:
    """Let a unit see the reporter for a time."""
    with at_desk(call) as desk:
        offer = Offer(desk.directory.unit(to), days, consent)
        until, fresh = disclosing.disclose(desk, no, offer, occasion_of(desk, call.actor, call.key))
        name = desk.directory.name(offer.unit)
    document = {"no": no, "unit": offer.unit, "until": iso(until), "repeated": not fresh}
    told = f"{no}：同意向{name}披露反映人，至 {moment(until)}。{_again(fresh=fresh)}"
    return Answer(document, [told])


@command(
    app,
    "revoke",
    Audience.OFFICE,
    "撤回披露：该单位此后不能再查看反映人。",
    "identity revoke QD2026-000123 --from shuiwu --actor 王科",
)
def revoke(call: Call, no: No, unit: From) -> Answer:
    """Take a disclosure back."""
    with at_desk(call) as desk:
        code = desk.directory.unit(unit)
        fresh = disclosing.revoke(desk, no, code, occasion_of(desk, call.actor, call.key))
        name = desk.directory.name(code)
    document = {"no": no, "unit": code, "repeated": not fresh}
    return Answer(document, [f"{no}：不再向{name}披露反映人。{_again(fresh=fresh)}"])


@command(
    app,
    "disclosures",
    Audience.LOOK,
    "列出披露：向谁、至何时、是否撤回（不含身份）。",
    "identity disclosures --case QD2026-000123",
)
def list_(call: Call, case: OfCase = "") -> Answer:
    """List disclosures."""
    with at_desk(call) as desk:
        found = disclosures(desk.engine, case)
        rows = [
            (
                one.no,
                desk.directory.name(one.unit),
                moment(one.granted_at),
                moment(one.until),
                f"{moment(one.revoked_at)} 撤回" if one.revoked_at else "",
                one.granted_by,
            )
            for one in found
        ]
    instants = ("granted_at", "until", "revoked_at")
    document = [
        {**one._asdict(), **{name: iso(getattr(one, name)) for name in instants}} for one in found
    ]
    headers = ("案件", "单位", "同意", "至", "撤回", "经办人")
    return Answer(document, [table("", headers, rows)] if rows else ["没有披露记录。"])


@command(
    app,
    "hide-party",
    Audience.OFFICE,
    "不向单位显示涉事主体（会让人认出反映人时）：通知、台账、案件卡都不列。",
    "identity hide-party QD2026-000123 --actor 王科",
)
def hide_party(call: Call, no: No) -> Answer:
    """Keep the firm or project concerned from the units."""
    return _party(call, no, hidden=True)


@command(
    app,
    "show-party",
    Audience.OFFICE,
    "恢复向单位显示涉事主体。",
    "identity show-party QD2026-000123 --actor 王科",
)
def show_party(call: Call, no: No) -> Answer:
    """Show the firm or project concerned to the units again."""
    return _party(call, no, hidden=False)


def _party(call: Call, no: str, *, hidden: bool) -> Answer:
    with at_desk(call) as desk:
        occasion = occasion_of(desk, call.actor, call.key)
        fresh = disclosing.hide_party(desk, no, occasion, hidden=hidden)
    told = f"{no}：涉事主体{'不' if hidden else ''}向单位显示。{_again(fresh=fresh)}"
    return Answer({"no": no, "party_hidden": hidden, "repeated": not fresh}, [told])


def _again(*, fresh: bool) -> str:
    return "" if fresh else "（幂等键相同，此前已办理，没有再改动。）"
