"""Cases on which a proposal waits for the office head, read with the rules they go by."""

from dataclasses import dataclass

from sqlalchemy import Engine

from domain.clocks import Rules
from models.engine import transaction
from models.executing import UnknownCase
from models.loading import Loaded, read
from models.rulebook import book_for


@dataclass(frozen=True)
class Standing:
    """A case as it stands, under the rules that a command given now would go by."""

    loaded: Loaded
    rules: Rules


def standing_of(engine: Engine, no: str) -> Standing:
    """Read a case without locking it; refuses an unknown number."""
    book = book_for(engine)
    with transaction(engine) as connection:
        found = connection.exec_driver_sql(
            "select id from rectification_case where no = %(no)s", {"no": no}
        ).scalar_one_or_none()
        if found is None:
            raise UnknownCase(no)
        loaded = read(connection, [found])[no]
        versions = book.versions(connection)
        rules = book.rules_of(connection, versions, loaded.case.policy_version)
        return Standing(loaded, rules)
