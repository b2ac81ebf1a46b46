"""Which project or district is meant, the figures in force, and who acts."""

from domain.errors import Misuse
from domain.policy_sources import Projects
from models.engine import transaction
from models.project_events import Who
from models.rulebook import book_for
from tasks.desk import Desk


def district_of(desk: Desk, wanted: str) -> str:
    """Give the code of a district or zone by code, name or alias; refuses other units."""
    if not wanted.strip():
        raise Misuse("请写明是哪个区市、功能区的项目清单：--by 区市。")
    code = desk.directory.unit(wanted.strip())
    if code not in desk.directory.districts:
        raise Misuse(f"{desk.directory.name(code)}不是区市或功能区，没有“签约未落地”项目清单。")
    return code


def place_of(desk: Desk, key: str) -> tuple[str, str]:
    """Give district and code of a project written as ``区市/项目编号``."""
    district, slash, code = key.partition("/")
    if not (slash and code.strip()):
        raise Misuse(f"项目“{key}”看不懂，请写成 区市/项目编号，例如 laoshan/XM-01。")
    return district_of(desk, district), code.strip()


def figures(desk: Desk) -> Projects:
    """Give the policy's figures about projects."""
    with transaction(desk.engine) as connection:
        return book_for(desk.engine).rules(connection).policy.projects


def who(desk: Desk, actor: str) -> Who:
    """Who acts at this desk, as claimed."""
    return Who(actor, desk.now, desk.recorded_at)
