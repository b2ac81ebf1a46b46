"""Registry, cases, clocks, history, notices, identity: everything the whole lifecycle rests on."""

from models.migrations.sql_files import run

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the schema, its functions and its rights."""
    run("0001_cases.sql")


def downgrade() -> None:
    """Drop everything the upgrade made."""
    run("0001_cases_down.sql")
