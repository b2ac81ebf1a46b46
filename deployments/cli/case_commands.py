"""Looking at cases: a list, one whole, and why its clocks are what they are."""

from collections.abc import Iterable, Iterator
from typing import Annotated

import typer
from rich.padding import Padding

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.case_document import document
from deployments.cli.case_page import page
from deployments.cli.case_secrecy import withheld_from
from deployments.cli.options import Audience, No, read
from deployments.cli.register import command, group
from deployments.cli.saying import iso, table
from deployments.cli.values import coded, parted, whole
from deployments.cli.version_page import differences, documents, listed
from domain.codes import RUNGS, Environment, State
from domain.errors import Misuse
from domain.explaining import Paragraph, paragraphs
from domain.referring import unless_withheld
from domain.wording import moment
from models.intake_version_reading import note_seen, versions_of
from models.reading import Filter, Row, count_by_state, list_cases, texts_of, whole_case
from tasks.artifacts.terms import rung_zh
from tasks.desk import Desk

cases = group("案件：列表、详情、时限说明。")
_ORDERS = {"no": "编号", "due": "到期先后", "level": "督办级别"}
_SHOWN = 50
_INDENT = 2

States = Annotated[
    list[str] | None,
    typer.Option("--state", metavar="状态", help="状态代码或中文，可写多个。"),
]
OfUnit = Annotated[str, typer.Option(metavar="单位", help="主办或协办单位。")]
Level = Annotated[
    int | None, typer.Option(metavar="级别", parser=read(whole), help="督办级别不低于。")
]
OfEnvironment = Annotated[str, typer.Option(metavar="环境", help="环境代码或中文。")]
OfChannel = Annotated[str, typer.Option(metavar="渠道", help="渠道代码。")]
Order = Annotated[str, typer.Option(metavar="次序", help="no 编号、due 到期先后、level 督办级别。")]
Limit = Annotated[
    int | None, typer.Option(metavar="件数", parser=read(whole), help="至多列出多少件，0 为全部。")
]
Seen = Annotated[bool, typer.Option("--seen", help="阅后登记为已阅，不再列入工作清单。")]
Text = Annotated[bool, typer.Option("--text", help="也显示反映内容、答复和意见（号码遮盖）。")]


@command(
    cases,
    "list",
    Audience.LOOK,
    "列出案件；只列前 50 件，用 --limit 0 列出全部（--json 默认全部）。",
    "case list --state 整改中 --unit shuiwu --order due",
    "case list --level 2 --json",
)
def case_list(
    call: Call,
    states: States = None,
    unit: OfUnit = "",
    level: Level = None,
    environment: OfEnvironment = "",
    channel: OfChannel = "",
    order: Order = "no",
    limit: Limit = None,
) -> Answer:
    """List cases."""
    if order not in _ORDERS:
        known = "、".join(f"{code}（{zh}）" for code, zh in _ORDERS.items())
        raise Misuse(f"次序“{order}”不认识，请从中选择：{known}。")
    most = (None if call.json else _SHOWN) if limit is None else limit or None
    with at_desk(call) as desk:
        wanted = Filter(
            states=coded(State, states or [], "状态"),
            unit=_unit(desk, unit or call.by),
            level=level,
            environment=_environment(environment),
            channel=_channel(desk, channel),
            order=order,
            limit=most,
        )
        return _listed(desk, list_cases(desk.engine, wanted), most)


def _unit(desk: Desk, wanted: str) -> str:
    names = desk.directory
    return wanted if not wanted or wanted in names.doubtful else names.unit(wanted)


def _environment(word: str) -> str:
    found = coded(Environment, parted([word]), "环境类别")
    return found[0] if found else ""


def _channel(desk: Desk, code: str) -> str:
    if code and code not in desk.directory.channels:
        raise Misuse(f"没有代码为“{code}”的渠道，请用 ./rectify channel list 查看。")
    return code


def _listed(desk: Desk, rows: list[Row], most: int | None) -> Answer:
    documents = [
        {
            **row,
            "subject": unless_withheld(row["subject"], row["state"]),
            "rung": RUNGS[row["rung"] - 1] if row["rung"] else None,
            **{name: iso(row[name]) for name in ("reported_at", "detected_at", "due_at")},
        }
        for row in rows
    ]
    total = sum(count_by_state(desk.engine).values())
    cut = "，可能还有，用 --limit 0 列出全部" if len(rows) == most else ""
    shown = (_line(desk, row) for row in rows)
    headers = ("编号", "事由", "状态", "主办", "级别", "应完成", "预警")
    sentence = f"列出 {len(rows)} 件（库中共 {total} 件{cut}）。"
    return Answer(documents, [table("", headers, shown), sentence] if rows else [sentence])


def _line(desk: Desk, row: Row) -> tuple[object, ...]:
    due = moment(row["due_at"]) if row["due_at"] else ""
    late = bool(row["due_at"]) and not row["paused"] and row["due_at"] < desk.now
    return (
        row["no"],
        unless_withheld(row["subject"], row["state"]),
        State(row["state"]).zh,
        desk.directory.name(row["lead_unit"] or ""),
        row["level"] or "",
        f"{due} 暂停" if row["paused"] else f"{due} 逾期" if late else due,
        rung_zh(row["rung"] or 0),
    )


@command(
    cases,
    "show",
    Audience.LOOK,
    "查看一件：基本情况、时限、申请、办理记录、通知、现在可以做什么。",
    "case show QD2026-000123",
    "case show QD2026-000123 --text",
)
def case_show(call: Call, no: No, text: Text = False) -> Answer:
    """Show one case whole."""
    with at_desk(call) as desk:
        found = withheld_from(desk, whole_case(desk.engine, no), call, whole=text)
        texts = texts_of(desk.engine, no) if text else []
        versions = versions_of(desk.engine, no)
        told = {**document(found), "versions": documents(versions, whole=False)}
        return Answer(told, [*page(desk, found, texts), *listed(versions)])


@command(
    cases,
    "versions",
    Audience.OFFICE,
    "查看一件的来件更新：同一来源编号后来送来的不同内容，标出差别（号码遮盖，身份不显示）。",
    "case versions QD2026-000123",
    "case versions QD2026-000123 --seen --actor 王科",
)
def case_versions(call: Call, no: No, seen: Seen = False) -> Answer:
    """Show the later versions of a case; with ``seen`` the office has noted them."""
    with at_desk(call) as desk:
        withheld_from(desk, whole_case(desk.engine, no), call, whole=True)
        noted = note_seen(desk.engine, no, desk.now, call.actor) if seen else 0
        found = versions_of(desk.engine, no)
    told = {"no": no, "noted": noted, "versions": documents(found, whole=True)}
    if not found:
        return Answer(told, [f"{no} 没有来件更新：来源没有再送来不同的内容。"])
    said = [f"已登记为已阅 {noted} 版。"] if seen else []
    return Answer(told, [*listed(found), *differences(found), *said])


@command(
    cases,
    "explain",
    Audience.LOOK,
    "逐条说明一件：为何此时到期、预警为何触发、此后何时有何事。",
    "case explain QD2026-000123",
)
def case_explain(call: Call, no: No) -> Answer:
    """Explain the clocks of a case: why due then, why a card fired, what comes next."""
    with at_desk(call) as desk:
        record = whole_case(desk.engine, no).record
        told = list(paragraphs(record, desk.now, desk.directory.names))
    sentences = [sentence for paragraph in told for sentence in paragraph]
    # ``sentences`` is the older name of the same list.
    document = {"no": no, "explanation": sentences, "sentences": sentences}
    return Answer(document, list(_indented(told)))


def _indented(told: Iterable[Paragraph]) -> Iterator[Padding | str]:
    for first, *more in told:
        yield first
        yield from (Padding(sentence, (0, 0, 0, _INDENT)) for sentence in more)
