"""The whole lifecycle of problems full of canaries, by flows and commands, errors included."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from prefect import Flow, State
from sqlalchemy import create_engine

from deployments.cli.entry import main
from flows.assign import assign
from flows.callback import callback
from flows.case_card import case_card
from flows.check import check
from flows.close import close
from flows.deliver import deliver
from flows.detect import detect
from flows.disclosure import disclosure
from flows.duplicates import DECISIONS, duplicates
from flows.escalate import escalate
from flows.handle import handle
from flows.pull import pull
from flows.report import report
from flows.retention import retention
from flows.rule import rule
from flows.settle import settle
from flows.surveys import surveys
from flows.verify import verify
from tasks.addresses import database_url
from tests.acceptance import canary_sources as sources
from tests.acceptance.canary_marks import Marks
from tests.acceptance.canary_search import Place, text_place
from tests.acceptance.office import Office, day
from tests.integration.feeds import COLUMNS, hotline_server

UNIT, HELPER, OTHER = "shuiwu", "chengguan", "shichang"
OFFICE = ("--actor", "王科")


@dataclass
class Told:
    """What a run left behind beside what is stored; ``nos`` are the cases by what they are for."""

    office: Office
    folder: Path
    marks: Marks
    said: list[Place] = field(default_factory=list)
    sent: list[Place] = field(default_factory=list)
    pages: list[Place] = field(default_factory=list)
    nos: dict[str, str] = field(default_factory=dict)

    def command(self, *words: str, at: str = "", code: int | None = 0) -> str:
        """Run a command at a time and keep what it printed; ``code`` None is any but 0."""
        out = StringIO()
        shared = ["--database", self.office.database, "--as-of", at or day(0)]
        with redirect_stdout(out), redirect_stderr(out):
            ended = main([*words, *shared])
        assert ended == code if code is not None else ended, (words, out.getvalue())
        self.said.append(text_place(f"rectify {' '.join(words[:2])}", out.getvalue()))
        return out.getvalue()

    def run(self, story: Flow[..., Any], at: str = "", *, good: bool = True, **words: Any) -> str:  # noqa: ANN401
        """Run a flow as operators do and keep what it says."""
        when = {"as_of": at or day(0), "database": self.office.database}
        state: State[Any] = asyncio.run(story(**words, **when, return_state=True))  # type: ignore[arg-type]
        assert state.is_completed() is good, state
        self.said.append(text_place(f"flow {story.name}", state.message))
        return state.message or ""


def take_in(told: Told) -> None:
    """Take problems in from a file by its flow, from a feed, an activity and a questionnaire."""
    rows = sources.rows(told.marks)
    file = sources.write(told.folder / "来件.csv", rows)
    told.run(detect, file=file, channel="12345")
    told.run(detect, file=file, channel="12345")
    names = ("main", "returned", "overdue", "referred", "follower")
    told.nos |= dict(zip(names, told.office.numbers("C"), strict=True))
    again = sources.row(told.marks, rows[0].number, "split", "later version")
    told.command("intake", sources.write(told.folder / "又来.csv", [again]), "--channel", "12345")
    with hotline_server() as hotline:
        reply = sources.waiting_order(told.marks)
        hotline.answer = lambda _: reply
        mapped = [word for column in (*COLUMNS, "subject=title") for word in ("--map", column)]
        where = ("--channel", "12345", "--url", hotline.url, *mapped)
        told.command("feed", "add", "热线", "rows=data", *where)
        told.run(pull)
    _questionnaire(told)
    _activity(told)


def _questionnaire(told: Told) -> None:
    questions, answers = sources.questionnaire(told.marks, told.folder)
    dates = ("--opens", "2026-03-01", "--closes", "2026-03-31")
    told.command("survey", "new", "YS", "--title", "问卷", "--questions", questions, *dates)
    told.command("survey", "import", "YS", answers)
    told.command("survey", "clues", "YS")
    told.command("survey", "accept", "1", "--unit", "shenpi", *OFFICE)
    told.run(surveys)


def _activity(told: Told) -> None:
    marks = told.marks
    told.command(
        "activity", "plan", "--kind", "hall_day", "--unit", UNIT, "--on", "2026-03-02",
        "--place", "市民中心大厅", *OFFICE,
    )  # fmt: skip
    told.command("activity", "held", "1", "--attended", "head", *OFFICE)
    told.command(
        "activity", "find", "1", *OFFICE,
        "--subject", f"退税超过承诺时限 {marks.numbers('activity subject', 'split')}",
        "--body", f"{marks.words('activity')}{marks.numbers('activity body', 'dashed')}",
        "--party", f"某公司 {marks.numbers('activity party')}",
        "--reporter", marks.name("activity"),
        "--phone", marks.numbers("activity phone field", "wide"),
    )  # fmt: skip


@contextmanager
def failing_inserts(told: Told, holding: str) -> Iterator[None]:
    """Let PostgreSQL refuse every text that holds these words, as a broken disk refuses any."""
    engine = create_engine(database_url(told.office.settings, told.office.database, "owner"))
    refusing = f"check (body not like '%%{holding}%%') not valid"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"alter table case_text add constraint canary {refusing}")
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("alter table case_text drop constraint canary")
        engine.dispose()


def fail(told: Told) -> None:
    """Let intake, a flow and forms fail on what they are given."""
    one = sources.row(told.marks, "F-1", "plain", "failing")
    file = sources.write(told.folder / "失败.csv", [one])
    with failing_inserts(told, sources.MATTER):
        told.run(detect, file=file, channel="12345", good=False)
        told.command("intake", file, "--channel", "12345", code=None)
    broken = told.folder / "坏行.csv"
    headers = ",".join((*sources.HEADERS, "发现时间"))
    broken.write_text(f"{headers}\n{','.join(one.cells)},{one.phone}\n", encoding="utf-8")
    told.command("intake", str(broken), "--channel", "12345")
    told.run(detect, file=str(broken), channel="12345")


def refuse(told: Told) -> None:
    """Type numbers where office text belongs: each is refused."""
    no, marks = told.nos["main"], told.marks
    office = OFFICE
    typed: dict[str, tuple[str, ...]] = {
        "objection": ("object", no, "--reason"),
        "rejection": ("reject", told.nos["referred"], *office, "--reason"),
        "exclusion": ("exclude", no, *office, "--reason"),
        "reminder": ("remind", no, *office, "--reason"),
        "finding": ("recheck", no, "--passed", "no", "--inspector", "李检", "--finding"),
        "escalation": ("escalate", no, "--rung", "raise", *office, "--reason"),
        "ruling": ("rule", no, "--request", "1", "--grant", *office, "--opinion"),
        "opinion": ("close", no, "--step", "accept", "--reject", "--opinion"),
        "consent": ("identity", "disclose", no, "--to", UNIT, "--days", "3", *office, "--consent"),
        "purpose": ("identity", "read", no, *office, "--purpose"),
    }
    for what, words in typed.items():
        told.command(*words, marks.numbers(f"refused {what}", "split"), code=None)


def live(told: Told) -> None:
    """Lead the main case from dispatch through closing, reopening and closing again."""
    no = told.nos["main"]
    told.run(assign, no=no, unit=UNIT, assist=HELPER, kind="损害营商环境", environment="市场环境")
    told.run(handle, no=no, action="签收", by=UNIT)
    refuse(told)
    told.command("sign", no, "--by", HELPER)
    told.command("contact", no, "--by", UNIT)
    said = f"已现场勘查。{told.marks.numbers('interim reply', 'split')}"
    told.command("interim", no, "--by", UNIT, "--reply", said)
    told.command("interim", no, "--by", HELPER, "--reply", told.marks.numbers("part", "wide"))
    why = told.marks.numbers("extension", "dashed")
    told.command("extend", no, "--by", UNIT, "--days", "3", "--reason", why, at=day(1))
    told.run(rule, day(1), no=no, request=1, decision="同意")
    _disclose(told)
    _submit(told, 2)
    told.run(close, day(2), no=no, step="验收", decision="退回", opinion="证明材料不足。")
    _submit(told, 3)
    told.run(close, day(3), no=no, step="验收", decision="通过")
    told.command("object", no, "--reason", "问题并未解决。", at=day(4))
    told.command("rule", no, "--request", "2", "--refuse", "--opinion", "已核实。", at=day(4))
    told.run(check, day(14))
    _sign_off(told, 14)
    told.run(callback, day(15), no=no, reached="是", solved="否", satisfied="否")
    _submit(told, 16)
    told.command("close", no, "--step", "accept", "--accept", at=day(16))
    told.command("check", at=day(28))
    _sign_off(told, 28)
    told.run(verify, day(29), no=no, passed="不合格", finding="问题反弹。", actor="李检")
    told.run(escalate, day(30), no=no, rung="提级办理、约谈", reason="推诿。", actor="王主任")


def _submit(told: Told, at: int) -> None:
    photo = told.folder / f"现场 {told.marks.phone(f'evidence name {at}', 'dashed')}.txt"
    photo.write_text(f"第{at}日现场", encoding="utf-8")
    reply = f"已退还。{told.marks.numbers(f'reply {at}', 'split')}"
    words = ("submit", told.nos["main"], "--by", UNIT, "--result", "solved", "--reply", reply)
    told.command(*words, "--evidence", str(photo), at=day(at))


def _sign_off(told: Told, at: int) -> None:
    no = told.nos["main"]
    told.run(close, day(at), no=no, step="领导签批", decision="通过")
    told.command("close", no, "--step", "review", "--accept", *OFFICE, at=day(at))


def _disclose(told: Told) -> None:
    no, unit = told.nos["main"], "市水务管理局"
    told.run(
        disclosure, day(1), no=no, action="同意披露", unit=unit, manner="电话中同意",
        agreed_on="2026-03-03", actor="王科",
    )  # fmt: skip
    told.command("identity", "disclosures", "--case", no, at=day(1))
    told.run(disclosure, day(1), no=no, action="撤回披露", unit=unit, actor="王科")
    purpose = ("--purpose", "上门前约时间")
    told.command("identity", "read", no, "--by", UNIT, *purpose, at=day(1, 15), code=None)


def settle_others(told: Told) -> None:
    """Return and rule, refer, merge and split, exclude, leave overdue, sign proposals."""
    nos = told.nos
    told.command("assign", nos["returned"], "--unit", UNIT, *OFFICE)
    why = f"不属本单位职责。{told.marks.numbers('return', 'wide')}"
    words = ("--by", UNIT, "--reason", why, "--suggest", OTHER)
    told.command("return", nos["returned"], *words, at=day(1))
    told.run(rule, day(1), no=nos["returned"], request=1, decision="同意")
    told.command("exclude", nos["returned"], "--reason", "重复反映。", *OFFICE, at=day(1))
    told.command("refer", nos["referred"], "--to", "jiwei", "--about", UNIT, *OFFICE, at=day(1))
    told.run(
        settle, day(2), no=nos["referred"], action="登记移送反馈", result="立案", reason="已立案。"
    )
    told.command("duplicates", "list")
    told.run(duplicates, no=nos["follower"], other=nos["main"], decision=DECISIONS["join"])
    told.run(settle, day(1), no=nos["follower"], action="拆分")
    told.command("reject", nos["follower"], "--reason", "不属受理范围。", *OFFICE, at=day(1))
    told.command("assign", nos["overdue"], "--unit", OTHER, *OFFICE)


def let_time_pass(told: Told) -> None:
    """Let the deadline check fire all there is, and the office head sign what it proposes."""
    no = told.nos["overdue"]
    told.run(check, day(60))
    asked = json.loads(told.command("case", "show", no, "--json", at=day(60)))["requests"]
    proposal = max(request["number"] for request in asked)
    told.command("document", "draft", no, "--request", str(proposal), at=day(60))
    told.run(rule, day(60), no=no, request=proposal, decision="同意", wording="请三日内办结。")
    told.command("delist", no, "--reason", "已着手解决。", *OFFICE, at=day(60))
    for name in ("main", "referred"):
        told.run(case_card, day(60), no=told.nos[name])
    told.run(report, day(60))
    told.run(deliver, day(60))
    told.run(retention, day(60))


def look(told: Told) -> None:
    """Look at everything there is to look at, as units and the office do."""
    for no in told.nos.values():
        told.command("case", "show", no, at=day(61))
        told.command("case", "show", no, "--json", at=day(61))
        told.command("case", "explain", no, at=day(61))
        told.command("document", "list", no, at=day(61))
    told.command("case", "versions", told.nos["main"], at=day(61))
    told.command("case", "show", told.nos["main"], "--text", at=day(61))
    told.command("case", "versions", told.nos["referred"], at=day(61), code=None)
    told.command("identity", "view", told.nos["referred"], "--by", UNIT, at=day(61), code=None)
    for unit in (UNIT, OTHER):
        told.command("case", "list", "--unit", unit, "--json", at=day(61))
        book = str(told.folder / f"{unit}.xlsx")
        told.command("export", "ledger", "--unit", unit, "--output", book, at=day(61))
    told.command("export", "ledger", "--output", str(told.folder / "全部.xlsx"), at=day(61))
    told.command("identity", "view", told.nos["main"], "--by", UNIT, at=day(61))
    told.command("identity", "view", told.nos["main"], "--by", HELPER, "--json", at=day(61))
    told.command("survey", "report", "YS", at=day(61))
    told.command("activity", "show", "1", at=day(61))
    told.command("referral", "list", at=day(61))
    told.command("notices", "parked", at=day(61))
    told.command("verify")
