"""Cases that wait to be compared; comparing is on; suggestions can lapse."""

from models.migrations.sql_files import run

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Apply."""
    run("0012_duplicates.sql")


def downgrade() -> None:
    """Take it away again."""
    run("0012_duplicates_down.sql")
