"""The fields that forms share: each a type with the Chinese title and hint that operators read.

Prefect takes titles from the names of parameters; what stands in ``json_schema_extra`` comes last
and wins. ``choices`` names a vocabulary that the deploy step turns into a drop-down.
"""

from typing import Annotated, Any

from pydantic import Field

from domain.personal_numbers import FORM_PATTERN
from domain.wording import OPINION_LENGTH


def field(title: str, hint: str = "", **more: object) -> Any:  # noqa: ANN401 - as pydantic's own
    """Describe a form field: its title, a hint, and further keys of its JSON schema."""
    extra: dict[str, Any] = {"title": title, **more}
    return Field(json_schema_extra=extra | ({"description": hint} if hint else {}))


def choice(title: str, choices: str, hint: str = "") -> Any:  # noqa: ANN401 - the same
    """Describe a field filled from a drop-down of the vocabulary ``choices``."""
    return field(title, hint, choices=choices)


def words(title: str, hint: str = "") -> Any:  # noqa: ANN401 - the same
    """Describe a field of office text: short, and without anybody's numbers."""
    told = f"{hint}不超过 {OPINION_LENGTH} 字，不得含电话、证件、车牌、银行卡号码。"
    return field(title, told, pattern=FORM_PATTERN, maxLength=OPINION_LENGTH)


def names(title: str, hint: str) -> Any:  # noqa: ANN401 - the same
    """Describe a field of names typed by hand: nobody's numbers belong there either."""
    return field(title, hint, pattern=FORM_PATTERN)


_NUMBER = "例如 QD2026-000123"

CaseNo = Annotated[str, field("案件编号", f"{_NUMBER}。")]
SomeCaseNo = Annotated[str, field("案件编号", f"{_NUMBER}；留空则批量办理。")]
Reason = Annotated[str, words("理由", "写明依据和理由，")]
Opinion = Annotated[str, words("意见", "退回或不同意时必填，")]
Operator = Annotated[
    str,
    field("经办人", "填写姓名；只作记录，不作身份证明。", maxLength=40, pattern=FORM_PATTERN),
]
AsOf = Annotated[
    str, field("业务时间", "留空即为现在；推演时填写，例如 2026-03-02T10:00:00+08:00。")
]
Database = Annotated[
    str, field("数据范围", "live 为正式数据；demo 等其他名称为演示数据，与正式数据互不影响。")
]
