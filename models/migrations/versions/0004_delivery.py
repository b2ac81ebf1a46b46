"""Delivery that can be held, contacts that bounce, receivers that are away."""

from models.migrations.sql_files import run

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add what delivery remembers between rounds."""
    run("0004_delivery.sql")


def downgrade() -> None:
    """Forget it again."""
    run("0004_delivery_down.sql")
