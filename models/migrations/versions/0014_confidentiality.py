"""Confidentiality: keys that rotate, a reading log nobody rewrites, disclosure, retention."""

from models.migrations.sql_files import run

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add what rotation, disclosure and retention keep."""
    run("0014_confidentiality.sql")


def downgrade() -> None:
    """Take it away again."""
    run("0014_confidentiality_down.sql")
