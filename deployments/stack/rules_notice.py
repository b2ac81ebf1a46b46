"""Says that the product ships newer dispatch rules than an earlier one left in force."""

from deployments.reference.seed import shipped_rules
from domain.errors import RectifyError
from models.engine import connect
from models.rule_sets import outdated
from tasks.databases import database_url
from tasks.settings import Settings

_TOLD = (
    "提示：现行交办规则是旧版自带的，新版自带的规则已有更新，未自动施行：先用 "
    "./rectify rules show --shipped 查看，再用 ./rectify rules apply --shipped 施行。"
)


def rules_notices(settings: Settings) -> list[str]:
    """Say it where nobody edited the rules in force; nothing is ever applied silently."""
    try:
        engine = connect(database_url(settings, "live", "app"))
    except RectifyError:
        return []
    try:
        return [_TOLD] if outdated(engine, shipped_rules()) else []
    except RectifyError:
        return []
    finally:
        engine.dispose()
