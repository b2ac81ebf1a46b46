"""Referrals: handing over to an organ, what it said, what waits, who may read what they say."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, No, read
from deployments.cli.register import command, group, order
from deployments.cli.saying import iso, table
from deployments.cli.values import parted
from domain.codes import Feedback
from domain.errors import Misuse
from domain.wording import moment
from models.referrals import Referral, confidants, name_confidant, referrals, remove_confidant
from tasks.desk import Desk
from tasks.ordering import by_referrer
from tasks.ordering.order import Order

app = typer.Typer()
referral = group("移送：登记反馈、查看待反馈的、指定可以查看移送内容的人员。")
_OFFICE = Audience.OFFICE


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise Misuse(f"日期“{word}”不认识，请写成 2026-03-02 的形式。") from None


To = Annotated[str, typer.Option(metavar="单位", help="移送给哪个机关，如 jiwei。")]
About = Annotated[
    list[str] | None,
    typer.Option(metavar="单位…", help="被反映人员所在的单位，可写多个；不会告知这些单位。"),
]
Said = Annotated[
    str,
    typer.Option(
        "--result",
        metavar="结果",
        help="、".join(f"{said.value} {said.zh}" for said in Feedback) + "。",
    ),
]
Words = Annotated[str, typer.Option("--text", metavar="文字", help="反馈要点，至多 200 字。")]
On = Annotated[
    date | None, typer.Option(metavar="日期", parser=read(_day), help="反馈日期，默认今天。")
]
Remove = Annotated[bool, typer.Option("--remove", help="取消指定。")]
Person = Annotated[str, typer.Argument(metavar="姓名", help="办公室人员的姓名。")]


@order(
    app,
    "refer",
    _OFFICE,
    "移送给其他机关，此后不再办理；不能移送给被反映的、办理的或验收的单位。",
    "refer QD2026-000123 --to jiwei --about shenpi --actor 王科",
)
def refer(desk: Desk, call: Call, no: No, to: To, about: About = None) -> Order:
    """移送."""
    return by_referrer.refer(desk, no, to, call.actor, about=parted(about or []))


@order(
    referral,
    "feedback",
    _OFFICE,
    "登记受移送机关的反馈；可以多次登记，记入办理记录。",
    "referral feedback QD2026-000123 --result 立案 --text 已立案调查 --on 2026-03-20 --actor 王科",
)
def feedback(desk: Desk, call: Call, no: No, said: Said, words: Words = "", on: On = None) -> Order:
    """登记移送反馈."""
    return by_referrer.feedback(desk, no, said, words, on, call.actor)


@command(
    referral,
    "list",
    Audience.LOOK,
    "列出已移送的案件和反馈情况，逾期未反馈的在前（不显示内容和被反映的单位）。",
    "referral list",
)
def list_(call: Call) -> Answer:
    """List referrals."""
    with at_desk(call) as desk:
        found = referrals(desk.engine)
        rows = list(_rows(desk, found))
    documents = [
        {
            "no": one.no,
            "organ": one.organ,
            "referred_at": iso(one.referred_at),
            "feedback": one.feedback or None,
            "feedback_due_at": iso(one.due_at),
            "overdue": _late(desk, one),
        }
        for one in found
    ]
    headers = ("编号", "移送机关", "移送时间", "应反馈", "反馈")
    return Answer(documents, [table("", headers, rows)] if rows else ["没有移送的案件。"])


def _rows(desk: Desk, found: list[Referral]) -> Iterator[tuple[str, ...]]:
    for one in found:
        due = moment(one.due_at) if one.due_at else ""
        told = Feedback(one.feedback).zh if one.feedback else ""
        late = "逾期未反馈" if _late(desk, one) else ""
        organ = desk.directory.name(one.organ)
        yield one.no, organ, moment(one.referred_at), due, told or late


def _late(desk: Desk, one: Referral) -> bool:
    return not one.feedback and one.due_at is not None and one.due_at < desk.now


@command(
    referral,
    "reader",
    _OFFICE,
    "指定（或取消）可以查看移送内容的办公室人员；查看一律留痕。",
    "referral reader 王科 --actor 王主任",
    "referral reader 王科 --remove --actor 王主任",
)
def reader(call: Call, person: Person, remove: Remove = False) -> Answer:
    """Name who may read what referred cases say."""
    if not person.strip() or not call.actor.strip():
        raise Misuse("请写明指定谁（姓名），以及由谁指定（--actor 姓名）。")
    with at_desk(call) as desk:
        if remove:
            changed = remove_confidant(desk.engine, person.strip())
        else:
            changed = name_confidant(desk.engine, person.strip(), call.actor, desk.now)
    done = f"已{'取消' if remove else '指定'} {person.strip()}。"
    return Answer({"name": person, "changed": changed}, [done if changed else "没有改动。"])


@command(referral, "readers", Audience.LOOK, "列出可以查看移送内容的人员。", "referral readers")
def readers(call: Call) -> Answer:
    """List who may read what referred cases say."""
    with at_desk(call) as desk:
        found = confidants(desk.engine)
    rows = [(row["name"], row["added_by"], moment(row["added_at"])) for row in found]
    shown = table("", ("姓名", "由谁指定", "时间"), rows) if rows else "还没有指定任何人。"
    return Answer([{**row, "added_at": iso(row["added_at"])} for row in found], [shown])
