"""The sample ledger: invented problems, each with the script it plays."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

INTAKE_COLUMNS = (
    "编号",
    "环境",
    "事由",
    "问题描述",
    "所在区市",
    "涉事主体",
    "反映人",
    "联系电话",
    "发现时间",
    "类别",
    "紧急程度",
)
"""The columns that intake reads; the rest of the ledger steers the play."""


@dataclass(frozen=True)
class Problem:
    """One row: what comes in, and how it goes on. ``before`` is the number of the row above."""

    number: str
    channel: str
    found_at: datetime
    unit: str
    assisting: tuple[str, ...]
    script: str
    other_unit: str
    before: str
    fields: Mapping[str, str]


def read_ledger(path: Path) -> Iterator[Problem]:
    """Read the problems in order of time."""
    before = ""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Problem(
                number=row["编号"],
                channel=row["渠道"],
                found_at=datetime.fromisoformat(row["发现时间"]),
                unit=row["主办单位"],
                assisting=tuple(filter(None, row["协办单位"].split(";"))),
                script=row["情景"],
                other_unit=row["改派单位"],
                before=before,
                fields={name: row[name] for name in INTAKE_COLUMNS},
            )
            before = row["编号"]
