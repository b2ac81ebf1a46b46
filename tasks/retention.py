"""What says who somebody is, erased once its time is over; held cases are left alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from domain.case import SYSTEM, Actor
from domain.errors import Misuse
from domain.retaining import Retention
from domain.wording import check_opinion, moment
from models.holds import hold as hold_case
from models.journaling import Occasion
from models.retention import (
    Erasing,
    at_work,
    erase_messages,
    erase_next,
    erase_refusals,
    terms_in_force,
)
from tasks.artifacts.markup import heading, table, updated
from tasks.desk import Desk

Progress = Callable[[int], None]
"""Told after each batch how many identities and cases' texts it erased."""
_NOTE = (
    "期限自复查归档、不予受理或移送起算，并案的随主案；重新办理的重新起算。暂缓清除的案件未动。"
    "备份中的副本不在此列，按备份的保存期限另行清除。"
)


@dataclass
class RetentionReport:
    """What was erased, or would be: identities, cases' texts, messages; cases held back.

    ``oldest`` is since when the one that was over longest had been so (aware). ``busy`` says that
    another process was at it and nothing was done.
    """

    terms: Retention
    preview: bool = False
    identities: int = 0
    texts: int = 0
    messages: int = 0
    held: int = 0
    oldest: datetime | None = None
    busy: bool = False


def erase_expired(
    desk: Desk, by: Actor = SYSTEM, *, preview: bool = False, progress: Progress = lambda _: None
) -> RetentionReport:
    """Erase everything whose time is over by the policy in force; ``preview`` only counts."""
    terms = terms_in_force(desk.engine)
    report = RetentionReport(terms, preview)
    occasion = Occasion(desk.now, desk.recorded_at, by)
    with at_work(desk.engine) as alone:
        if alone:
            _erase(desk, Erasing(terms, occasion, preview), report, progress)
        report.busy = not alone
    return report


def hold(desk: Desk, no: str, reason: str, occasion: Occasion) -> bool:
    """Let a case keep everything, for a reason; gives false if only repeated."""
    said = check_opinion(reason)
    if not said:
        raise Misuse("暂缓清除须写明理由，请加上 --reason。")
    return hold_case(desk.engine, no, said, occasion)


def told(report: RetentionReport) -> str:
    """Say in words what was erased."""
    if report.busy:
        return "另一次清除正在进行，本次未改动任何内容。"
    verb = "应清除" if report.preview else "已清除"
    since = f"，最早的于 {moment(report.oldest)} 办结" if report.oldest else ""
    return (
        f"{verb}反映人身份 {report.identities} 件、文字 {report.texts} 件、"
        f"通知正文 {report.messages} 封；暂缓清除 {report.held} 件{since}。"
    )


def report_page(desk: Desk, report: RetentionReport) -> str:
    """Draw the report: figures alone."""
    rows = (
        ("反映人身份", f"{report.terms.identity.zh}", f"{report.identities} 件"),
        ("反映内容、答复、意见等文字", f"{report.terms.texts.zh}", f"{report.texts} 件"),
        ("已发通知的正文", f"{report.terms.texts.zh}", f"{report.messages} 封"),
    )
    parts = [
        heading("身份到期清除", desk.database),
        updated(desk.now),
        told(report),
        table(("内容", "保存期限", "预计清除" if report.preview else "本次清除"), rows),
        _NOTE,
    ]
    return "\n\n".join(parts) + "\n"


def _erase(desk: Desk, erasing: Erasing, report: RetentionReport, progress: Progress) -> None:
    after: int | None = 0
    while after is not None:
        step = erase_next(desk.engine, erasing, after)
        after = step.last
        report.identities += step.identities
        report.texts += step.texts
        report.held += step.held
        report.oldest = min(filter(None, (report.oldest, step.oldest)), default=None)
        progress(step.identities + step.texts)
    while found := erase_messages(desk.engine, erasing):
        report.messages += found
        if erasing.preview:
            break
    if not erasing.preview:
        erase_refusals(desk.engine, erasing)
