"""Channels: default urgency, who may use one, columns and mapping; changes kept."""

from models.migrations.sql_files import run

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add what channels say, with what the known ones say now, and the record of changes."""
    run("0007_channels.sql")


def downgrade() -> None:
    """Take it away again; which units may use a channel is lost."""
    run("0007_channels_down.sql")
