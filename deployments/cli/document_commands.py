"""Official documents: drafts that wait for a signature, the register, and each text as sent."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, No, Request, read
from deployments.cli.register import command, group
from deployments.cli.saying import AsWritten, iso, table
from deployments.cli.terms import TEMPLATE_ZH
from deployments.cli.values import whole
from domain.wording import moment
from models.documents import Document, documents
from tasks.artifacts.terms import DOCUMENT_STATUS_ZH
from tasks.documents import Draft, Text, document, draft, text_of

papers = group("文书：待签发的草稿、文书登记、照原样重印。")

LATEST = 100
"""Documents listed unless told otherwise."""
_BETWEEN = "—" * 20

SomeNo = Annotated[str, typer.Argument(metavar="编号", help="案件编号；不写则列出最近的文书。")]
Limit = Annotated[int, typer.Option(metavar="件数", parser=read(whole), help="至多列出多少件。")]
Number = Annotated[
    str, typer.Argument(metavar="文号", help="文号，如 催办〔2026〕12号 或 催办/2026/12。")
]
Measure = Annotated[
    str, typer.Option(metavar="措施", help="改用措施时的草稿：criticism、raise 或 list。")
]
Wording = Annotated[str, typer.Option(metavar="文字", help="改写办理要求时的草稿，至多 200 字。")]


@command(
    papers,
    "draft",
    Audience.OFFICE,
    "查看升级建议的文书草稿全文；签发（rule --grant）后编号发出。",
    "document draft QD2026-000123 --request 2",
    "document draft QD2026-000123 --request 2 --rung raise --wording 请三日内办结",
)
def draft_(
    call: Call, no: No, request: Request, rung: Measure = "", wording: Wording = ""
) -> Answer:
    """Show what a signature would send."""
    with at_desk(call) as desk:
        made = draft(desk, no, request, rung, wording)
    head = f"{no} 第 {request} 号升级建议“{made.rung.zh}”的文书草稿："
    return Answer(_drafted(made), [head, *_pages(made.texts)])


def _drafted(made: Draft) -> dict[str, Any]:
    texts = [{"title": text.title, "body": text.body} for text in made.texts]
    return {"no": made.no, "request": made.request, "rung": made.rung, "documents": texts}


def _pages(texts: Sequence[Text]) -> list[AsWritten]:
    return [AsWritten(f"{_BETWEEN}\n{text.body}") for text in texts]


@command(
    papers,
    "list",
    Audience.LOOK,
    "列出一件的文书，或者最近的文书，新的在前。",
    "document list QD2026-000123",
    "document list --limit 20",
)
def list_(call: Call, no: SomeNo = "", limit: Limit = LATEST) -> Answer:
    """List documents."""
    with at_desk(call) as desk:
        found = documents(desk.engine, no, limit)
    rows = [(one.label, _title(one), one.no, moment(one.issued_at), _status(one)) for one in found]
    headers = ("文号", "文书", "案件", "签发时间", "情况")
    shown = [table("", headers, rows)] if found else ["没有文书。"]
    return Answer([_entry(one) for one in found], shown)


@command(
    papers,
    "show",
    Audience.LOOK,
    "照发出时的原样显示一份文书；尚未发出的显示草稿。",
    "document show 催办〔2026〕12号",
    "document show 催办/2026/12",
)
def show(call: Call, number: Number) -> Answer:
    """Show a document exactly as it was sent."""
    with at_desk(call) as desk:
        found = document(desk, number)
        text = text_of(desk, found)
    what = "正文" if found.body else "草稿"
    note = [] if found.sent_at else [f"{found.label} {_status(found)}，以下为{what}："]
    entry = {**_entry(found), "title": text.title, "body": text.body}
    return Answer(entry, [*note, AsWritten(text.body.rstrip("\n"))])


def _status(found: Document) -> str:
    return DOCUMENT_STATUS_ZH[found.status]


def _title(found: Document) -> str:
    return found.title or TEMPLATE_ZH.get(found.template, found.template)


def _entry(found: Document) -> dict[str, Any]:
    return {
        "number": found.label,
        "title": _title(found),
        "no": found.no,
        "seq": found.seq,
        "template": found.template,
        "issued_at": iso(found.issued_at),
        "sent_at": iso(found.sent_at),
        "status": found.status,
    }
