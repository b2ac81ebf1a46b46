"""The questions of a survey read from the data of a file; every mistake is said at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.codes import Environment
from domain.errors import Misuse
from domain.surveys import FULL_MARKS, Question, QuestionKind

_KEYS = frozenset({"code", "text", "kind", "environment", "unit", "low", "choices", "block"})
_LONGEST = {"code": 40, "text": 200, "block": 60}
_LEAST_CHOICES = 2


def read_questions(data: Mapping[str, Any]) -> tuple[Question, ...]:
    """Read ``[[question]]`` tables; refuses (``Misuse``) with all mistakes, each with its place."""
    tables = data.get("question")
    if not isinstance(tables, list) or not tables or set(data) != {"question"}:
        raise Misuse("问卷题目应写成一个或多个 [[question]] 节，没有其他内容。")
    mistakes = [f"第 {n} 题{said}" for n, one in enumerate(tables, 1) for said in _mistakes(one)]
    if not mistakes:
        mistakes = list(_doubles(tables))
    if mistakes:
        raise Misuse(f"问卷题目有 {len(mistakes)} 处错误，请改正：{'；'.join(mistakes)}。")
    return tuple(map(question_of, tables))


def question_of(table: Mapping[str, Any]) -> Question:
    """Build a question from a sound table, as the file or the database has it."""
    environment = table.get("environment")
    return Question(
        code=table["code"],
        text=table["text"],
        kind=QuestionKind(table["kind"]),
        environment=Environment(environment) if environment else None,
        unit=table.get("unit", ""),
        low=table.get("low", 0),
        choices=tuple(table.get("choices", ())),
        block=table.get("block", ""),
    )


def table_of(question: Question) -> dict[str, Any]:
    """Give a question as data, for the database."""
    return {
        "code": question.code,
        "text": question.text,
        "kind": str(question.kind),
        "environment": str(question.environment or ""),
        "unit": question.unit,
        "low": question.low,
        "choices": list(question.choices),
        "block": question.block,
    }


def _mistakes(table: object) -> Iterator[str]:
    if not isinstance(table, Mapping):
        yield "不是一节"
        return
    if strange := sorted(set(map(str, table)) - _KEYS):
        yield f"有不认识的项 {'、'.join(strange)}"
    for key, longest in _LONGEST.items():
        value = table.get(key, "" if key == "block" else None)
        blank = key != "block" and not str(value or "").strip()
        if not isinstance(value, str) or blank or len(value) > longest:
            yield f"的 {key} 应为 1 到 {longest} 字的文字"
    yield from _of_kind(table)
    if table.get("environment") and table["environment"] not in [str(one) for one in Environment]:
        yield f"的 environment 应为 {'、'.join(Environment)} 之一"
    if not isinstance(table.get("unit", ""), str):
        yield "的 unit 应为单位代码"


def _of_kind(table: Mapping[str, Any]) -> Iterator[str]:
    kind, low, choices = table.get("kind"), table.get("low", 0), table.get("choices", [])
    if kind not in [str(one) for one in QuestionKind]:
        yield f"的 kind 应为 {'、'.join(QuestionKind)} 之一"
        return
    full = FULL_MARKS.get(QuestionKind(kind), 0)
    if isinstance(low, bool) or not isinstance(low, int) or not 0 <= low <= max(full - 1, 0):
        yield f"的 low 应为 0 到 {full - 1} 的整数" if full else "不是打分题，不能写 low"
    several = isinstance(choices, list) and all(isinstance(one, str) and one for one in choices)
    if (kind == QuestionKind.CHOICE) != (several and len(choices) >= _LEAST_CHOICES):
        yield "的 choices 应为至少两个选项，且只用于 choice"


def _doubles(tables: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for key in ("code", "text"):
        values = [table[key].strip() for table in tables]
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield f"{key} “{value}”重复"
