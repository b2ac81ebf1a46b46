"""签约未落地: the report by district and by cause, without any project's own words."""

from collections.abc import Iterator

from domain.wording import moment
from tasks.artifacts.markup import card_link, heading, table, text, updated
from tasks.desk import Desk
from tasks.projects.figures import Standing, Tally, cause_zh

COLUMNS = ("签约", "已落地", "核销", "受阻", "已立案", "案件逾期")
"""What is counted, in the order of the fields of `Tally`."""
_SHOWN = 100


def project_report(desk: Desk, made: Standing) -> str:
    """Draw the report as it stands."""
    return "\n\n".join(_parts(desk, made)) + "\n"


def _parts(desk: Desk, made: Standing) -> Iterator[str]:
    yield heading("签约未落地项目", desk.database)
    yield updated(desk.now)
    yield f"**合计** {total(made.total)}。"
    yield "## 按区市、功能区"
    yield table(
        ("区市", *COLUMNS, "清单更新于"),
        [
            (text(desk.directory.name(code)), *cells(one), _renewed(made, code))
            for code, one in made.districts.items()
        ],
    )
    yield "## 按原因"
    rows = [(text(cause_zh(code)), *cells(one)) for code, one in sorted(made.causes.items())]
    yield table(("原因", *COLUMNS), rows)
    if made.settled_open:
        yield "## 项目已落地或核销、案件尚未提交办结"
        open_cases = made.settled_open[:_SHOWN]
        yield table(
            ("案件", "项目", "项目状态"),
            [
                (card_link(one.case_no, desk.database), text(one.key), one.project.status.zh)
                for one in open_cases
            ],
        )
    if made.missing:
        yield f"最近一次更新的清单中缺少 {len(made.missing)} 个项目，见 project list --missing。"


def total(tally: Tally) -> str:
    """Say the counts in words."""
    return "，".join(f"{name} {count}" for name, count in zip(COLUMNS, cells(tally), strict=True))


def cells(tally: Tally) -> tuple[str, ...]:
    """Write the counts in the order of the columns."""
    return tuple(map(str, vars(tally).values()))


def _renewed(made: Standing, code: str) -> str:
    return moment(made.renewed[code]) if code in made.renewed else "**未报送**"
