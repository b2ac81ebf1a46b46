"""Projects signed and not landed, and questionnaires with their clues."""

from models.migrations.sql_files import run

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add inventories of projects, and questionnaires."""
    run("0011_projects.sql")


def downgrade() -> None:
    """Take them away again."""
    run("0011_projects_down.sql")
