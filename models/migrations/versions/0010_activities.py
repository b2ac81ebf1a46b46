"""Activities that find problems, monitoring points, and notices that are about no case."""

from models.migrations.sql_files import run

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add activities and points; let a notice be about a duty."""
    run("0010_activities.sql")


def downgrade() -> None:
    """Take them away again, with the notices about duties."""
    run("0010_activities_down.sql")
