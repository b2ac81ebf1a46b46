"""Answers to a questionnaire from csv or xlsx: one respondent a row, no names and no phones."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from domain.errors import Refused
from domain.inventories import Refusal
from domain.surveys import Answer, Question, read_answer
from domain.wording import mask
from models.surveys import Sheet, Stored
from tasks.reading.columns import Columns
from tasks.reading.files import open_table
from tasks.reading.rows import RawRow
from tasks.reading.words import line

_RESPONDENT, _ANY = "subject", "body"
"""The fields by which the header of a file is known: the sheet's number, any of the questions."""
_NUMBERS = ("答卷编号", "答卷序号", "答卷ID", "问卷编号", "序号", "编号", "respondent", "id")
_IDENTITY: Columns = {
    "name": ("姓名", "您的姓名", "答卷人", "联系人", "反映人", "填写人", "name"),
    "phone": ("联系电话", "电话", "手机", "手机号", "手机号码", "您的手机号", "phone"),
    "paper": ("身份证号", "身份证", "证件号码"),
    "mail": ("邮箱", "电子邮箱", "微信", "微信号", "email"),
}
_LONGEST_ANSWER = 500
_SHOWN = 30


@dataclass
class SheetsRead:
    """The rows of a file: sheets read, and rows refused."""

    sheets: list[Sheet] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def read_sheets(path: Path, survey: Stored) -> SheetsRead:
    """Read a file of answers, columns named by a question's text or code.

    A file with columns for names or phones is refused: clues keep no respondent's identity.
    """
    table = open_table(path, _columns(survey.questions))
    _refuse_identity(path, table.headers)
    if not any(question.code in table.headers for question in survey.questions):
        raise Refused(f"文件 {path.name} 中没有问卷 {survey.code} 的题目，列名应为题目或其代码。")
    made, same = SheetsRead(), Counter[str]()
    for row in table.rows:
        read = _sheet(survey, row, same)
        if isinstance(read, Refusal):
            made.refused.append(read)
        else:
            made.sheets.append(read)
    return made


def _columns(questions: Sequence[Question]) -> Columns:
    named = {question.code: (question.text, question.code) for question in questions}
    every = tuple(name for names in named.values() for name in names)
    return {_RESPONDENT: _NUMBERS, _ANY: every, **_IDENTITY, **named}


def _refuse_identity(path: Path, headers: Mapping[str, str]) -> None:
    found = [headers[name] for name in _IDENTITY if name in headers]
    if found:
        raise Refused(
            f"文件 {path.name} 有“{'、'.join(found)}”列：问卷不收答卷人的姓名、电话等身份信息，"
            "请删去这些列后再导入。"
        )


def _sheet(survey: Stored, row: RawRow, same: Counter[str]) -> Sheet | Refusal:
    if row.problem:
        return Refusal(row.number, row.problem)
    answers: dict[str, Answer] = {}
    for question in survey.questions:
        given = line(row.fields.get(question.code, ""))[:_LONGEST_ANSWER]
        try:
            answer = read_answer(question, given)
        except ValueError as wrong:
            shown = mask(given[:_SHOWN])
            return Refusal(row.number, f"“{question.code}”的值“{shown}”看不懂，{wrong}")
        if answer is not None:
            answers[question.code] = mask(answer) if isinstance(answer, str) else answer
    if not answers:
        return Refusal(row.number, "没有回答任何题目")
    return _numbered(survey, row, answers, same)


def _numbered(
    survey: Stored, row: RawRow, answers: Mapping[str, Answer], same: Counter[str]
) -> Sheet | Refusal:
    """Without a number of its own, a sheet is known by its content and how often that came."""
    number = line(row.fields.get(_RESPONDENT, ""))
    if number and mask(number) != number:
        return Refusal(row.number, "答卷编号是电话或证件号码，请换成不能认出答卷人的编号")
    if not number:
        content = repr(sorted(answers.items()))
        same[content] += 1
        number = f"{content}#{same[content]}"
    return Sheet(row.number, sha256(survey.salt + number.encode()).digest(), answers)
