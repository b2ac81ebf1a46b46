"""What a template of a channel has: its columns in order, with what may stand in each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from domain.codes import OFFICE_UNIT, Environment, Kind, Term, Urgency
from domain.projects import Cause
from models.channels import IntakeChannel
from models.registry import Directory
from tasks.reading.channel_columns import FIELD_ZH, columns_for
from tasks.reading.columns import plain

DAY, MOMENT, TEXT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "@"
_REPORTER = frozenset({"reporter", "phone"})
_TITLES = {"source_id": "问题编号", "body": "问题描述"}
"""Headers of a template, where a field is called otherwise."""
_TERMS: Mapping[str, type[Term]] = MappingProxyType(
    {"environment": Environment, "kind": Kind, "urgency": Urgency, "cause": Cause}
)


@dataclass(frozen=True)
class Column:
    """A column: its field and header, width in characters, number format, choices and a note."""

    field: str
    header: str
    width: int
    form: str
    choices: Sequence[str]
    note: str


_FORMS = {"reported_at": MOMENT, "deadline": DAY, "studied_on": DAY}
_WIDE = {"subject": 36, "body": 56, "symptom": 40, "measures": 40, "party": 26, "unit": 24}
_USUAL_WIDTH = 16
_NOTES = {
    "source_id": "本单位给问题的编号，同一编号只登记一次。例：2026-001",
    "subject": "一句话概括；与问题描述至少填一项。例：小微企业贷款贴息未按期兑付",
    "body": "写清时间、地点、经过和影响。例：2025年应付的贴息至今未到账，涉及企业12家",
    "reporter": "反映人姓名，加密保存，责任单位看不到。例：王女士",
    "phone": "反映人电话，加密保存，责任单位看不到。例：0532-85911234",
    "reported_at": "发现或反映问题的时间。例：2026-03-02 09:30",
    "party": "涉及的企业或项目。例：青岛某某科技有限公司",
    "environment": "六个环境之一，从下拉列表选择；不确定可不填。例：政策环境",
    "kind": "从下拉列表选择；不填按本渠道默认。例：一般事项",
    "urgency": "从下拉列表选择；不填按本渠道默认。例：紧急",
    "unit": "建议由哪个单位整改，从下拉列表选择；仅供办公室参考。例：市财政局",
    "symptom": "问题的具体表现。例：申请材料反复补正",
    "measures": "准备怎样整改。例：一次性告知全部材料，每周清零",
    "leader": "本单位负责整改的领导。例：副局长 张某",
    "deadline": "计划完成整改的日期。例：2026-06-30",
    "studied_on": "党委（党组）专题研究的日期。例：2026-03-10",
    "district": "问题或项目所在的区市、功能区，从下拉列表选择；跨区市或全市性的不填。例：城阳区",
    "cause": "未落地的主要原因，从下拉列表选择。例：用地",
}


def layout(channel: IntakeChannel, directory: Directory, first: str = "") -> list[Column]:
    """Give the columns of a channel's template; ``first`` is the unit offered before all others.

    Headers are those of the channel's saved mapping. Who reported is asked only where the channel
    expects somebody.
    """
    choices = _choices(directory, first)
    headers = dict(_headers(channel))
    return [
        Column(
            field,
            headers[field],
            _WIDE.get(field, _USUAL_WIDTH),
            _FORMS.get(field, TEXT),
            choices.get(field, ()),
            _NOTES[field],
        )
        for field in FIELD_ZH
        if field in headers and (channel.expects_reporter or field not in _REPORTER)
    ]


def _headers(channel: IntakeChannel) -> Iterator[tuple[str, str]]:
    """Give the header of each field that intake will know it by."""
    for field, names in columns_for(channel.extra_fields, channel.columns).items():
        usual = _TITLES.get(field, FIELD_ZH[field])
        understood = {plain(name) for name in names}
        mapped = field in channel.columns or plain(usual) not in understood
        yield field, names[0] if mapped else usual


def _choices(directory: Directory, first: str) -> dict[str, list[str]]:
    units = [code for code in directory.names if code not in directory.doubtful | {OFFICE_UNIT}]
    units.sort(key=lambda code: code != first)
    return {
        **{field: [term.zh for term in terms] for field, terms in _TERMS.items()},
        "unit": [directory.names[code] for code in units],
        "district": [directory.names[code] for code in units if code in directory.districts],
    }
