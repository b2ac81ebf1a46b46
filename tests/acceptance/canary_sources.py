"""Problems full of canaries, taken in by every road: file, push, pull, questionnaire, activity."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.acceptance.canary_marks import WRITINGS, Marks
from tests.integration.feeds import Reply, order

QUESTIONS = """
[[question]]
code = "q1"
text = "办证快慢"
kind = "score5"
environment = "service"
unit = "市行政审批局"
low = 2

[[question]]
code = "q2"
text = "窗口哪里不好"
kind = "text"
unit = "shenpi"
"""
HEADERS = ("编号", "事由", "问题描述", "涉事主体", "反映人", "联系电话")
MATTER = "物业公司擅自上调停车费且收费标准不公示"


@dataclass(frozen=True)
class Row:
    """A row of a file; ``number`` is what its source calls it."""

    number: str
    subject: str
    body: str
    party: str
    reporter: str
    phone: str

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in its columns."""
        return self.number, self.subject, self.body, self.party, self.reporter, self.phone


def row(marks: Marks, number: str, writing: str, source: str = "file") -> Row:
    """Make a row with numbers in every free text and in both fields of identity."""
    where = f"{source} {number}"
    # In front, since PostgreSQL quotes no more than the beginning of a value.
    body = f"{marks.words(where)}{marks.numbers(f'{where} body', writing)}{MATTER}。"
    return Row(
        number,
        f"{MATTER} {marks.numbers(f'{where} subject', writing)}",
        body,
        f"某物业公司 {marks.numbers(f'{where} party', writing)}",
        f"{marks.name(where)} {marks.numbers(f'{where} reporter', writing)}",
        marks.numbers(f"{where} phone field", writing),
    )


def rows(marks: Marks) -> list[Row]:
    """Make a row in each writing."""
    return [row(marks, f"C-{n}", writing) for n, writing in enumerate(WRITINGS)]


def write(file: Path, problems: Sequence[Row]) -> str:
    """Write a file of problems."""
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(HEADERS)
        writer.writerows(problem.cells for problem in problems)
    return str(file)


def questionnaire(marks: Marks, folder: Path) -> tuple[str, str]:
    """Write a questionnaire, and an answer that marks its matter low and names numbers."""
    questions, answers = folder / "题目.toml", folder / "答卷.csv"
    questions.write_text(QUESTIONS, encoding="utf-8")
    said = marks.numbers("questionnaire answer", "split")
    answers.write_text(f"序号,q1,q2\n1,1,{marks.words('questionnaire')}{said}\n", encoding="utf-8")
    return str(questions), str(answers)


def push(marks: Marks, endpoint: str, key: str) -> str:
    """Send a problem as an Open311 client does; give its number."""
    where = "push"
    email = "lvqiu.canary@example.org"
    marks.add(f"{where}, e-mail", email)
    form = {
        "api_key": key,
        "service_code": "law",
        "description": f"{MATTER}，长期无人处理，群众意见很大，盼有关部门尽快核实解决。"
        f"{marks.words(where)}{marks.numbers(f'{where} body', 'wide')}",
        "first_name": marks.name(where),
        "phone": marks.numbers(f"{where} phone field"),
        "email": email,
        "address_string": f"市南区某路 {marks.phone(f'{where} place')}",
        "lat": "36.07",
        "long": "120.38",
        "attribute[subject]": f"停车收费 {marks.numbers(f'{where} subject', 'dashed')}",
        "attribute[party]": f"某公司 {marks.numbers(f'{where} party', 'split')}",
    }
    answer = httpx.post(f"{endpoint}/requests.json", data=form).raise_for_status()
    httpx.post(f"{endpoint}/requests.json", data=form | {"lat": marks.phone("a wrong latitude")})
    return str(answer.json()[0]["service_request_id"])


def waiting_order(marks: Marks) -> Reply:
    """What a hotline answers that has one order to be pulled."""
    said = f"{MATTER}，{marks.words('feed')}{marks.numbers('feed body', 'wide')}"
    found = order(
        1,
        title=f"停车 {marks.numbers('feed subject', 'split')}",
        content={"text": said},
        name=marks.name("feed"),
        tel=marks.numbers("feed phone field", "split"),
    )
    return Reply({"data": [found]})
