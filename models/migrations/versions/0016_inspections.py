"""Inspections: who inspects, what is inspected and why, drawn by whom, and rules proposed."""

from models.migrations.sql_files import run

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add inspectors, inspections, the orders that call for them, and proposals of rules."""
    run("0016_inspections.sql")


def downgrade() -> None:
    """Take it away again."""
    run("0016_inspections_down.sql")
