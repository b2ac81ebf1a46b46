"""Returns of one unit of several, referrals with their feedback, who applied which rules."""

from models.migrations.sql_files import run

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Apply."""
    run("0013_returns.sql")


def downgrade() -> None:
    """Take it away again."""
    run("0013_returns_down.sql")
