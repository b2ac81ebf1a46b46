"""Alembic's entry: runs the migrations on the connection that ``models.schema`` hands over."""

from alembic import context
from sqlmodel import SQLModel

from models import tables  # noqa: F401  (fills the metadata that autogenerate compares)

context.configure(
    connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata
)
with context.begin_transaction():
    context.run_migrations()
