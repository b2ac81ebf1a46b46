"""Fingerprints of messages, and suggestions of duplicates."""

from models.migrations.sql_files import run

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Keep what finds cases about the same thing."""
    run("0005_similar.sql")


def downgrade() -> None:
    """Forget it, and what was suggested."""
    run("0005_similar_down.sql")
