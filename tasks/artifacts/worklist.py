"""The worklist: what waits for the office, most urgent first, and where to do it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from domain.codes import ClockKind, RequestKind, State
from domain.wording import moment
from models.reading import count_by_state
from models.worklists import Row, waiting_for_office
from tasks.artifacts.activities import activities_attention
from tasks.artifacts.duplicates import alike
from tasks.artifacts.inspections import inspections_attention
from tasks.artifacts.markup import card_link, heading, link, table, text, updated
from tasks.artifacts.papers import drafted
from tasks.artifacts.referrals import silent_referrals
from tasks.artifacts.source_updates import updated_sources
from tasks.artifacts.sources import sources_attention
from tasks.artifacts.terms import CLOCK_WORK, request_work, rung_zh
from tasks.delivery.attention import attention
from tasks.desk import Desk
from tasks.feeds.rounds import attention as feeds_attention

COUNTED = 5000
"""What waits is counted up to here."""
SHOWN = 100
"""Rows of the table at most, the most urgent first: every version of an artifact is kept."""
DRAFTED = 10
"""Cases whose drafts are shown in full; the others' are on their cards."""

Pages = Mapping[str, str]
"""The path of the page on which each flow is run by hand, by flow."""


def worklist(desk: Desk, soon: datetime, pages: Pages) -> str:
    """Draw the worklist as it stands; re-checks due by ``soon`` are on it."""
    rows = waiting_for_office(desk.engine, desk.now, soon, COUNTED)
    states = count_by_state(desk.engine)
    parts = [
        heading("工作清单", desk.database),
        updated(desk.now),
        _summary(rows, desk.now),
        attention(desk),
        alike(desk, pages),
        feeds_attention(desk),
        activities_attention(desk),
        sources_attention(desk),
        silent_referrals(desk),
        inspections_attention(desk),
        f"## 待办事项{_cut(len(rows))}",
        table(
            ("案件", "事由", "要办的事", "单位", "期限", "状态"),
            [_row(desk, row, pages) for row in rows[:SHOWN]],
        ),
        *_drafts(desk, rows),
        *updated_sources(desk),
        "## 全部案件",
        table(("状态", "件数"), [(s.zh, str(states[s])) for s in State if s in states]),
        "## 到哪里办",
        " · ".join(link(title, pages[flow]) for flow, title in _PLACES if flow in pages),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _drafts(desk: Desk, rows: Sequence[Row]) -> Iterator[str]:
    """Show in full what waits for the office head's signature, the most urgent first."""
    proposed = [row["no"] for row in rows if row["request_kind"] == RequestKind.PROPOSAL]
    nos = list(dict.fromkeys(proposed))
    if nos:
        yield "## 待签发的文书草稿"
        yield "到“裁定申请”签发、改用措施、改写要求或者不予签发；编号随签发产生。"
        for no in nos[:DRAFTED]:
            yield from drafted(desk, no)
    if len(nos) > DRAFTED:
        yield f"其余 {len(nos) - DRAFTED} 件的草稿见各案件卡。"


_PLACES = (
    ("detect", "导入问题"),
    ("activity", "登记查摆活动"),
    ("assign", "交办、改派"),
    ("settle", "不予受理、并案、移送等"),
    ("duplicates", "处理疑似重复"),
    ("rule", "裁定申请"),
    ("escalate", "升级督办"),
    ("remind", "催办"),
    ("close", "验收、签批、复核"),
    ("callback", "回访"),
    ("verify", "复查"),
    ("inspections", "专项复查"),
    ("handle", "登记单位办理情况"),
    ("case_card", "查看案件卡"),
)


def work_of(row: Row) -> tuple[str, str]:
    """Give what a row asks of the office, and the flow that does it."""
    if row["request_kind"]:
        # For a request this column holds the rung that it proposes, if it does.
        return request_work(row["request_kind"], row["request"], row["clock"]), "rule"
    what, flow = CLOCK_WORK.get(row["clock"], ("办理", "handle"))
    if row["clock"] == ClockKind.RULING:
        return f"{what}（第 {row['hops']} 次）", flow
    asked_with = row["followers"] if row["clock"] == ClockKind.CALLBACK else 0
    return (f"{what}（连同从案 {asked_with} 件）" if asked_with else what), flow


def _row(desk: Desk, row: Row, pages: Pages) -> tuple[str, ...]:
    what, flow = work_of(row)
    return (
        card_link(row["no"], desk.database),
        text(row["subject"]),
        link(what, pages[flow]) if flow in pages else text(what),
        text(desk.directory.name(row["lead_unit"] or "")),
        moment(row["due_at"]) if row["due_at"] else "尽快",
        _standing(row, desk.now),
    )


def _standing(row: Row, now: datetime) -> str:
    late = "**逾期**" if row["due_at"] and row["due_at"] < now else ""
    return " ".join(filter(None, (late, rung_zh(row["rung"] or 0)))) or "正常"


def _summary(rows: Sequence[Row], now: datetime) -> str:
    """Count by what is to be done, and how much of it is late."""
    counts = Counter(work_of(row)[0].partition("（")[0] for row in rows)
    late = sum(bool(row["due_at"] and row["due_at"] < now) for row in rows)
    listed = "，".join(f"{what} {n}" for what, n in counts.most_common())
    return (
        f"**待办 {_amount(len(rows))}**，其中逾期 {late} 件。{listed}。" if rows else "没有待办。"
    )


def _amount(rows: int) -> str:
    return f"{rows} 件以上" if rows == COUNTED else f"{rows} 件"


def _cut(rows: int) -> str:
    return f"（最急的 {SHOWN} 件）" if rows > SHOWN else ""
