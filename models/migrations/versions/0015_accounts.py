"""Accounts: people who sign in, their sessions, failed attempts; links that can be revoked."""

from models.migrations.sql_files import run

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add what the portal needs to know people by."""
    run("0015_accounts.sql")


def downgrade() -> None:
    """Take it away again."""
    run("0015_accounts_down.sql")
