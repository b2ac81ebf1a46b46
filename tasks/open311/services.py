"""What can be reported over Open311: one service for each environment, and one for the rest.

All have the same fields (GeoReport v2: GET Service List, GET Service Definition).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.codes import Environment
from tasks.open311.problems import unknown

GROUP = "营商环境"
UNSORTED = "other"
"""The service of a problem whose environment the office finds out."""


@dataclass(frozen=True)
class Service:
    """A kind of problem; ``environment`` is its code, or empty."""

    code: str
    name: str
    description: str
    keywords: str
    environment: str


@dataclass(frozen=True)
class Attribute:
    """A field beyond those that GeoReport has, sent as ``attribute[code]``; none is required."""

    code: str
    datatype: str
    description: str
    hint: str


_ABOUT: Mapping[Environment, tuple[str, str]] = {
    Environment.POLICY: ("惠企政策落实、承诺兑现方面的问题", "政策兑现,承诺,惠企政策"),
    Environment.SERVICE: ("政务服务、审批办事、数字政府方面的问题", "政务服务,审批,办事大厅"),
    Environment.FACTOR: ("土地、资金、用工、水电气等要素保障方面的问题", "用地,融资,用工,水电气"),
    Environment.MARKET: ("市场准入、公平竞争、招标采购方面的问题", "准入,公平竞争,招投标"),
    Environment.LAW: ("执法、司法、权益保护方面的问题", "执法,检查,罚款,权益保护"),
    Environment.CULTURE: ("作风、诚信、城市生活配套方面的问题", "作风,诚信,生活配套"),
}

SERVICES: Mapping[str, Service] = {
    **{
        term.value: Service(term.value, term.zh, *_ABOUT[term], environment=term.value)
        for term in Environment
    },
    UNSORTED: Service(UNSORTED, "其他", "不确定属于哪一类的问题，由办公室归类", "其他", ""),
}
"""By code, in the order of the six environments."""

ATTRIBUTES = (
    Attribute(
        "external_id", "string", "来源方编号", "来源系统中的编号；同一编号再次提交不会重复立案"
    ),
    Attribute("subject", "string", "事由", "一句话概括；不填时取描述的开头"),
    Attribute("party", "string", "涉事主体", "涉及的企业或项目名称"),
    Attribute("reported_at", "datetime", "反映时间", "反映人提出的时间；不填为提交时间"),
)


def service(code: str) -> Service:
    """Give a service by its code."""
    if code not in SERVICES:
        known = "、".join(SERVICES)
        raise unknown(f"没有这个 service_code，可用的有：{known}。")
    return SERVICES[code]


def service_of(environment: str | None) -> Service:
    """Give the service that a case of this environment belongs to."""
    return SERVICES[environment or UNSORTED]
