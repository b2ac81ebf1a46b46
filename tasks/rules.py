"""The rules in force, for those who plan rather than decide; and new dispatch rules checked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from domain.clocks import Rules
from domain.dispatch_rules import Known, check_rules
from domain.errors import Misuse
from domain.wording import check_opinion
from models.engine import transaction
from models.rule_sets import apply_rules, differ, read_rules
from models.rulebook import book_for
from models.versions import Application
from tasks.desk import Desk
from tasks.reading.toml_files import read_toml


def rules_in_force(desk: Desk) -> Rules:
    """Give the policy in force and the calendar."""
    with transaction(desk.engine) as connection:
        return book_for(desk.engine).rules(connection)


def read_rules_file(path: Path) -> dict[str, Any]:
    """Give the data of a file of dispatch rules, as TOML has it; not yet checked."""
    return read_toml(path, "交办规则文件", "rules show")


def check_rule_body(desk: Desk, body: Mapping[str, Any]) -> None:
    """Refuse dispatch rules that are wrong or name what the registry does not know."""
    units = desk.directory
    check_rules(body, Known(units.names.keys(), units.districts, units.channels.keys()))


def apply_rule_body(
    desk: Desk, body: Mapping[str, Any], actor: str, reason: str, *, shipped: bool = False
) -> int | None:
    """Put sound rules in force and give their version; ``None`` if they say what is in force.

    Who applied them and why is kept with the version: refused without. ``shipped`` says that they
    come with the product and are unchanged.
    """
    check_rule_body(desk, body)
    if not differ(read_rules(desk.engine).body, body):
        return None
    if not actor.strip():
        raise Misuse("施行交办规则须写明是谁施行的（--actor 姓名）。")
    if not reason.strip():
        raise Misuse("施行交办规则须写明理由（--reason 文字）。")
    applied = Application(actor.strip(), check_opinion(reason), desk.recorded_at)
    return apply_rules(desk.engine, body, applied, shipped=shipped)
