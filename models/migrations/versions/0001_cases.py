"""Registry, cases, clocks, history, notices, identity: everything the whole lifecycle rests on."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

_HERE = Path(__file__).parent


def upgrade() -> None:
    """Create the schema, its functions and its rights."""
    _run("0001_cases.sql")


def downgrade() -> None:
    """Drop everything the upgrade made."""
    _run("0001_cases_down.sql")


def _run(name: str) -> None:
    """Run a file as it stands: without parameters the driver leaves percent signs alone."""
    op.get_bind().exec_driver_sql(
        (_HERE / name).read_text("utf-8"), execution_options={"no_parameters": True}
    )
