"""Feeds: sources that are asked for new problems, and how far each was read."""

from models.migrations.sql_files import run

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add sources, and what they sent that was refused before."""
    run("0009_feeds.sql")


def downgrade() -> None:
    """Take them away again."""
    run("0009_feeds_down.sql")
