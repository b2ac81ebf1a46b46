"""The rules in force, for those who plan rather than decide."""

from domain.clocks import Rules
from models.engine import transaction
from models.rulebook import book_for
from tasks.desk import Desk


def rules_in_force(desk: Desk) -> Rules:
    """Give the policy in force and the calendar."""
    with transaction(desk.engine) as connection:
        return book_for(desk.engine).rules(connection)
