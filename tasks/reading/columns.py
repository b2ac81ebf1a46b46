"""Which column is which: fields by the headers that real ledgers give them."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from domain.errors import Refused

Row = tuple[int, Sequence[str]]
"""A row of texts with its number."""
Columns = Mapping[str, tuple[str, ...]]
"""By field, the headers it may have; the first one present counts."""

COLUMNS: Columns = {
    "source_id": ("留言编号", "工单编号", "编号", "问题编号", "source_id", "id"),
    "subject": ("留言主题", "事由", "标题", "主题", "问题标题", "subject", "title"),
    "body": ("留言详情", "问题描述", "内容", "诉求内容", "详情", "body", "content"),
    "reporter": ("留言用户", "反映人", "诉求人", "联系人", "reporter"),
    "phone": ("联系电话", "电话", "手机", "手机号", "phone"),
    "reported_at": ("留言时间", "发现时间", "反映时间", "受理时间", "时间", "日期", "reported_at"),
    "party": ("涉事主体", "涉事企业", "被反映主体", "party"),
    "environment": ("环境", "环境类别", "environment"),
    "kind": ("类别", "事项类别", "kind"),
    "urgency": ("紧急程度", "urgency"),
    "unit": ("建议责任单位", "建议主办单位", "责任单位", "unit"),
}
"""What intake reads; columns it does not know are left alone."""

TELLING = ("subject", "body")
"""A file needs one of these: without either it says nothing."""


class Headers(dict[str, str]):
    """By field, the header of its column; ``given`` are all the headers that the file has."""

    def __init__(self, found: Mapping[str, str], given: Sequence[str]) -> None:
        super().__init__(found)
        self.given = tuple(given)


class Wordless(Refused):
    """A file without a column that says what its problems are."""


_SHOWN = 120
SEARCHED = 5
"""Rows in which the header is looked for: a title may stand above it."""


def match(headers: Sequence[str], columns: Columns = COLUMNS) -> Headers:
    """Give, by field, the header of its column; ``Wordless`` refuses a file that says nothing."""
    found = fields_in(headers, columns)
    if not _tells(found):
        shown = "、".join(header for header in headers if header)[:_SHOWN]
        raise Wordless(
            f"文件缺少事由列（可写作 {'、'.join(columns['subject'])}）和内容列"
            f"（可写作 {'、'.join(columns['body'])}），至少要有其一；现有的列是：{shown}。"
        )
    return found


def find_header(rows: Iterable[Row], columns: Columns = COLUMNS) -> tuple[Row, Headers]:
    """Find the header among the first rows; give it with the header of each field's column.

    ``rows`` has some; where none of them is a header, the first is named in the refusal.
    """
    first = list(islice(rows, SEARCHED))
    for row in first:
        if _tells(found := fields_in(row[1], columns)):
            return row, found
    return first[0], match(first[0][1], columns)


def fields_in(headers: Sequence[str], columns: Columns) -> Headers:
    """Give, by field, the header of its column, as far as there is one."""
    given = {plain(header): header for header in reversed(headers)}
    found = {
        field: given[name]
        for field, aliases in columns.items()
        for name in list(filter(given.__contains__, map(plain, aliases)))[:1]
    }
    return Headers(found, headers)


def _tells(found: Mapping[str, str]) -> bool:
    return any(field in found for field in TELLING)


def plain(header: str) -> str:
    """A header without blanks, marks of being required, and differences of case."""
    return "".join(header.split()).strip("*＊:：\ufeff").casefold()
