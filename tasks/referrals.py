"""Referrals: what they say is for named persons; the office is reminded of silent organs."""

from domain.errors import Refused
from models.duty_notices import DutyNotice, owe
from models.engine import transaction
from models.referrals import Silent, log_reading, silent
from tasks.desk import Desk


def remind(desk: Desk) -> int:
    """Owe the office one reminder for each referral whose feedback is late; give how many are new.

    Run as often as wanted: each is owed once.
    """
    late = silent(desk.engine, desk.now)
    if not late:
        return 0
    with transaction(desk.engine) as connection:
        return owe(connection, [_reminder(desk, one) for one in late])


def _reminder(desk: Desk, one: Silent) -> DutyNotice:
    subject = f"{one.no} 移送后未收到反馈"
    args = {"subject": subject, "case": one.no, "due": f"{one.due_at:%Y-%m-%d}"}
    return DutyNotice(f"referral:{one.no}", "referral_silent", "office", "contact", args, desk.now)


def require_reader(desk: Desk, no: str, name: str) -> None:
    """Log that a named person reads what a withheld case says; refuses anybody else."""
    if not name.strip() or not log_reading(desk.engine, no, name.strip(), desk.now):
        raise Refused(
            f"案件 {no} 涉及移送，内容只供指定人员查看：请由指定人员用 --actor 写明姓名，"
            "指定人员用 ./rectify referral reader 登记。"
        )
