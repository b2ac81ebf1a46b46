"""Which rows came in before: asked without writing anything."""

from collections.abc import Collection

from sqlalchemy import Engine

from models.engine import transaction
from models.intake_statements import KNOWN


def known_ids(engine: Engine, channel: str, ids: Collection[str]) -> set[str]:
    """Give those source ids that opened a case through the channel already."""
    with transaction(engine) as connection:
        found = connection.exec_driver_sql(KNOWN, {"channel": channel, "ids": list(ids)})
        return {row.source_id for row in found}
