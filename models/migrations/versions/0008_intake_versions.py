"""Content that came again under a known id: its versions, and a record of each intake."""

from models.migrations.sql_files import run

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add versions and the records of intakes."""
    run("0008_intake_versions.sql")


def downgrade() -> None:
    """Take them away again."""
    run("0008_intake_versions_down.sql")
