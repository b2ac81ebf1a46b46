"""The three lists as offices keep them: which columns each has and what stands in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from domain.codes import Environment
from models.ledger import Entry
from tasks.ledger import facts
from tasks.ledger.facts import Facts


class Form(Enum):
    """How a column is written: the number format of its cells, ``None`` for text."""

    TEXT = None
    NUMBER = "0"
    DAY = 'yyyy"年"m"月"d"日"'
    MOMENT = 'yyyy"年"m"月"d"日" hh:mm'


@dataclass(frozen=True)
class Column:
    """A column: its title, width in characters, and what stands in it.

    ``edits`` names what an import takes from it, empty where it only shows. ``choices`` are the
    values offered; ``units`` says that the registry's units are.
    """

    title: str
    width: int
    value: Callable[[Entry, Facts], object]
    form: Form = Form.TEXT
    edits: str = ""
    choices: tuple[str, ...] = field(default=())
    units: bool = False


NUMBER = "编号"
"""The column that says which case a row is about."""
SEQ, MARKS = "版本", "校验"
"""Two hidden columns: the place of the case in its history, and what its cells were."""

_ENVIRONMENTS = tuple(term.zh for term in Environment)
_NO = Column(NUMBER, 17, facts.plain("no"))
_SUBJECT = Column("事由", 44, facts.subject)
_STATE = Column("进展", 11, facts.state)
_LEAD_CASE = Column("并入主案", 17, facts.plain("lead_no"))
_FOLLOWING = (
    _LEAD_CASE,
    Column("主案进展", 11, facts.lead_state),
    Column("从案件数", 10, facts.follower_count, Form.NUMBER),
)

PROBLEMS = (
    _NO,
    Column("来源渠道", 18, facts.channel),
    Column("发现时间", 14, facts.instant("reported_at"), Form.DAY),
    Column("登记时间", 20, facts.instant("detected_at"), Form.MOMENT),
    Column("六个环境", 11, facts.environment, edits="environment", choices=_ENVIRONMENTS),
    Column("事由", 44, facts.subject, edits="subject"),
    Column("涉事主体", 26, facts.party, edits="party"),
    Column("事项类别", 15, facts.kind),
    Column("紧急程度", 10, facts.urgency),
    _STATE,
    *_FOLLOWING,
    Column("从案", 36, facts.followers),
)
DUTIES = (
    _NO,
    _SUBJECT,
    Column("主办单位", 24, facts.unit("lead_unit"), edits="unit", units=True),
    Column("第一责任人", 16, facts.head),
    Column("协办单位", 28, facts.assisting, edits="assist"),
    Column("验收单位", 24, facts.unit("verifying_unit"), edits="verify", units=True),
    Column("整治方式", 10, facts.mode),
    Column("交办时间", 20, facts.instant("dispatched_at"), Form.MOMENT),
    Column("整改时限", 11, facts.limit),
    Column("应完成时间", 20, facts.due, Form.MOMENT),
    Column("督办级别", 10, facts.plain("level"), Form.NUMBER),
    Column("挂牌督办", 10, facts.flag("listed", "挂牌")),
    Column("退单次数", 10, facts.plain("returns"), Form.NUMBER),
    _STATE,
    *_FOLLOWING,
)
REMEDIES = (
    _NO,
    _SUBJECT,
    Column("主办单位", 24, facts.unit("lead_unit")),
    _STATE,
    Column("整改措施及结果", 50, facts.measures),
    Column("办理结论", 14, facts.result),
    Column("完成时间", 20, facts.since("submitted"), Form.MOMENT),
    Column("是否逾期", 10, facts.late),
    Column("验收时间", 20, facts.since("accepted"), Form.MOMENT),
    Column("公示至", 20, facts.notice_until, Form.MOMENT),
    Column("销号时间", 20, facts.instant("closed_at"), Form.MOMENT),
    Column("回访", 16, facts.callback),
    Column("最近复查", 14, facts.last_recheck, Form.DAY),
    Column("复查结论", 10, facts.recheck_finding),
    Column("下次复查", 14, facts.next_recheck, Form.DAY),
    Column("反弹次数", 10, facts.plain("relapses"), Form.NUMBER),
    Column("重新办理次数", 13, facts.plain("rehandlings"), Form.NUMBER),
    Column("剔单", 8, facts.flag("excluded", "剔单")),
    *_FOLLOWING,
)
SHEETS: Mapping[str, tuple[Column, ...]] = {
    "问题清单": PROBLEMS,
    "责任清单": DUTIES,
    "整改清单": REMEDIES,
}
"""The three lists, by the name of their sheet."""
