"""Official documents kept as they were sent."""

from models.migrations.sql_files import run

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Keep title and text of each document."""
    run("0003_documents.sql")


def downgrade() -> None:
    """Keep the numbers only."""
    run("0003_documents_down.sql")
