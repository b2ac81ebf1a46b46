"""Registry, cases, clocks, history, notices, identity: everything the whole lifecycle rests on."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

_HERE = Path(__file__).parent


def upgrade() -> None:
    """Create the schema, its functions and its rights."""
    op.get_bind().exec_driver_sql((_HERE / "0001_cases.sql").read_text("utf-8"))


def downgrade() -> None:
    """Drop everything the upgrade made."""
    op.get_bind().exec_driver_sql((_HERE / "0001_cases_down.sql").read_text("utf-8"))
