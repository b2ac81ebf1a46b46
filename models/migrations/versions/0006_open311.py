"""Open311: keys for those who push and read, and what their requests say of a place."""

from models.migrations.sql_files import run

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add keys and places."""
    run("0006_open311.sql")


def downgrade() -> None:
    """Take them away again."""
    run("0006_open311_down.sql")
