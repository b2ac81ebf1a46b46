"""Cases that may be about the same thing: looked at, joined, kept apart."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from deployments.cli.call import Answer, Call, at_desk, tell_prefect
from deployments.cli.options import Audience, No
from deployments.cli.progress import progress
from deployments.cli.register import carried_out, command, group
from deployments.cli.saying import iso, pairs, table
from domain.codes import Role, State
from domain.errors import Misuse, Refused
from domain.wording import moment
from models.comparing import await_all, pending, switched_on
from models.suggestions import (
    count_open,
    join_from,
    open_suggestions,
    set_compared,
    set_join_from,
    suggestions_of,
)
from tasks.duplicates import STATUS_ZH, Settled, keep_apart, settle
from tasks.ordering.by_office import merge

duplicates = group("疑似重复：新登记的案件与已有案件可能是同一件事，由办公室并案或分开。")

Into = Annotated[str, typer.Option(metavar="编号", help="并入哪一件（主案）。")]
Lead = Annotated[str, typer.Argument(metavar="另一件", help="另一件的编号。")]
Score = Annotated[
    str, typer.Argument(metavar="相似度", help="0.5 到 1 的数，如 0.95；off 为不自动并案。")
]

Switch = Annotated[
    str, typer.Argument(metavar="on|off|now", help="on 比对，off 不比对，now 立即比对。")
]
Every = Annotated[bool, typer.Option("--all", help="连同关闭期间登记、没有比对过的案件。")]

_SWITCHES = {"on": True, "off": False}
_NOW = "now"
_LISTED = 200
_LEAST, _MOST = 0.5, 1.0
_HEADERS = ("编号", "事由", "疑似同一件", "其事由", "相似度", "依据", "提示")


@command(duplicates, "list", Audience.LOOK, "列出待定的疑似重复案件。", "duplicates list")
def list_(call: Call) -> Answer:
    """List what the office has not decided, the likeliest first."""
    with at_desk(call) as desk:
        found, waiting = open_suggestions(desk.engine, _LISTED), count_open(desk.engine)
    rows = (
        (
            row["no"],
            row["subject"],
            row["other"],
            row["other_subject"],
            f"{row['score']:.2f}",
            "、".join(row["words"]),
            _hint(row),
        )
        for row in found
    )
    document = [_document(row) for row in found]
    if not found:
        return Answer(document, ["没有待定的疑似重复案件。"])
    sentence = f"{waiting} 件案件有待定的疑似重复，列出最相似的 {len(found)} 条。"
    return Answer(document, [sentence, table("", _HEADERS, rows)])


@command(
    duplicates,
    "show",
    Audience.LOOK,
    "查看一件案件的疑似重复：相似度、共同的字词、处理情况。",
    "duplicates show QD2026-000124",
)
def show(call: Call, no: No) -> Answer:
    """Show all suggestions of a case, with the words that made them."""
    with at_desk(call) as desk:
        found = suggestions_of(desk.engine, no)
    if not found:
        return Answer([], [f"{no} 没有疑似重复的案件。"])
    shown = [pairs(_described(row)) for row in found]
    return Answer([_document(row) for row in found], shown)


@command(
    duplicates,
    "join",
    Audience.OFFICE,
    "并案：确认是同一件事，随主案一并办理。",
    "duplicates join QD2026-000124 --into QD2026-000123 --actor 王科",
)
def join(call: Call, no: No, into: Into) -> Answer:
    """Join a case to its lead, by the same order as `merge`."""
    with at_desk(call) as desk:
        return carried_out(desk, call, merge(desk, no, into, call.actor))


@command(
    duplicates,
    "apart",
    Audience.OFFICE,
    "分开：确认不是同一件事，以后不再提示。",
    "duplicates apart QD2026-000124 QD2026-000123 --actor 王科",
)
def apart(call: Call, no: No, lead: Lead) -> Answer:
    """Keep two cases apart."""
    with at_desk(call) as desk:
        keep_apart(desk, no, lead, call.actor)
    return Answer({"no": no, "other": lead, "status": "apart"}, [f"{no} 与 {lead} 分开办理。"])


@command(
    duplicates,
    "threshold",
    Audience.RUN,
    "自动并案：相似度达到多少的新案件自动并入已有的在办案件；off 为关闭（默认）。",
    "duplicates threshold 0.95",
    "duplicates threshold off",
)
def threshold(call: Call, score: Score = "") -> Answer:
    """Set the score from which cases join by themselves, or tell it."""
    wanted = _score(score) if score else None
    with at_desk(call) as desk:
        if score:
            set_join_from(desk.engine, wanted)
        now = join_from(desk.engine)
    told = "自动并案已关闭。" if now is None else f"相似度达到 {now:.2f} 的新案件自动并案。"
    return Answer({"threshold": None if now is None else round(now, 4)}, [told])


@command(
    duplicates,
    "compare",
    Audience.RUN,
    "新登记的案件是否与已有案件比对（初始为比对）；now 为立即比对待比对的案件。",
    "duplicates compare off",
    "duplicates compare now --all",
)
def compare(call: Call, switch: Switch, every: Every = False) -> Answer:
    """Switch comparing on or off, or compare what waits."""
    if switch == _NOW:
        return _compared(call, every=every)
    if switch not in _SWITCHES:
        raise Misuse(f"“{switch}”看不懂，请写 on（比对）、off（不比对）或 now（立即比对）。")
    if every:
        raise Misuse("--all 只能与 now 同用：duplicates compare now --all。")
    with at_desk(call) as desk:
        set_compared(desk.engine, compared=_SWITCHES[switch])
    told = "新登记的案件与已有案件比对。" if _SWITCHES[switch] else "新登记的案件不与已有案件比对。"
    return Answer({"compared": _SWITCHES[switch]}, [told])


def _compared(call: Call, *, every: bool) -> Answer:
    with at_desk(call) as desk:
        if not switched_on(desk.engine):
            raise Refused("比对已关闭，请先用 duplicates compare on 打开。")
        if every:
            await_all(desk.engine)
        with progress("比对", pending(desk.engine)) as advance:
            done = settle(desk, advance)
        left = pending(desk.engine)
    tell_prefect(call, [*done.rechecks, *done.joined])
    document = {
        "cases": done.compared.cases,
        "suggested": done.compared.suggested,
        "rechecks": len(done.rechecks),
        "joined": len(done.joined),
        "pending": left,
    }
    if done.compared.held:
        return Answer(document, [f"另有比对正在进行，还有 {left} 件待比对，不必重复。"])
    return Answer(document, [_told(done, left)])


def _told(done: Settled, left: int) -> str:
    more = f"，还有 {left} 件待比对" if left else ""
    return (
        f"比对 {done.compared.cases} 件，新提示疑似重复 {done.compared.suggested} 条；"
        f"疑似反弹安排复查 {len(done.rechecks)} 件，自动并案 {len(done.joined)} 件{more}。"
    )


def _score(word: str) -> float | None:
    if word.strip().lower() == "off":
        return None
    try:
        score = float(word)
    except ValueError:
        score = 0.0
    if not _LEAST <= score <= _MOST:
        raise Misuse(f"相似度“{word}”不对，请写 {_LEAST} 到 1 的数，或 off（不自动并案）。")
    return score


def _document(row: Mapping[str, Any]) -> dict[str, object]:
    moments = ("suggested_at", "decided_at", "rechecked_at")
    return {
        **row,
        "score": round(row["score"], 4),
        **{name: iso(row[name]) for name in moments},
    }


def _described(row: Mapping[str, Any]) -> list[tuple[str, object]]:
    decided = "" if row["status"] == "open" else f"（{_decider(row)}，{moment(row['decided_at'])}）"
    return [
        ("疑似同一件", f"{row['other']} {row['other_subject']}"),
        ("其状态", State(row["other_state"]).zh),
        ("相似度", f"{row['score']:.2f}"),
        ("共同的字词", "、".join(row["words"]) or "（无突出字词）"),
        ("处理情况", STATUS_ZH[row["status"]] + decided),
        ("提示", _hint(row) or "—"),
        ("", ""),
    ]


def _decider(row: Mapping[str, Any]) -> str:
    who = str(row["decider"]) or Role.OFFICE.zh
    return Role.SYSTEM.zh if who == Role.SYSTEM else who


def _hint(row: Mapping[str, Any]) -> str:
    if not row["relapse"]:
        return ""
    return "疑似反弹，已安排复查" if row["rechecked_at"] else "疑似反弹"
