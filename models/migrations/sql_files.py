"""Migrations written as plain SQL files beside their revision."""

from pathlib import Path

from alembic import op

_VERSIONS = Path(__file__).parent / "versions"


def run(name: str) -> None:
    """Run a file as it stands: without parameters the driver leaves percent signs alone."""
    op.get_bind().exec_driver_sql(
        (_VERSIONS / name).read_text("utf-8"), execution_options={"no_parameters": True}
    )
