"""The calendar by version, and re-projections of running clocks."""

from models.migrations.sql_files import run

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Keep every version of the calendar, so that clocks can be recomputed under each."""
    run("0002_calendar.sql")


def downgrade() -> None:
    """Keep the calendar in force only."""
    run("0002_calendar_down.sql")
