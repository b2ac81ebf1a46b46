"""People who sign in to the portal, who is in just now, failed attempts, revoked links."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from models.tables.columns import identity_key, moment


class Account(SQLModel, table=True):
    """A person: ``password`` is an argon2 hash with its parameters."""

    id: int | None = identity_key()
    login: str = Field(unique=True)
    name: str
    role: str
    unit: str = Field(foreign_key="unit.code")
    password: str
    totp_serial: int = 0
    totp_step: int = Field(default=0, sa_type=BigInteger)
    created_at: datetime = moment()
    password_set_at: datetime = moment()
    disabled_at: datetime | None = moment(nullable=True)


class PortalSession(SQLModel, table=True):
    """Somebody who is in, by an account or as a contact of a unit by a link."""

    __tablename__ = "portal_session"
    __table_args__ = (
        Index(
            "portal_session_account",
            "account_id",
            postgresql_where=text("account_id is not null"),
        ),
        Index("portal_session_ends", "ends_at"),
    )
    digest: bytes = Field(sa_type=LargeBinary, primary_key=True)
    account_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="account.id")
    unit: str = Field(foreign_key="unit.code")
    role: str
    name: str
    contact_role: str = ""
    opened_at: datetime = moment()
    seen_at: datetime = moment()
    ends_at: datetime = moment()
    idle_seconds: int


class SignInBucket(SQLModel, table=True):
    """How often an account or address may still fail; ``tokens`` were left at ``refilled_at``."""

    __tablename__ = "sign_in_bucket"
    __table_args__ = (Index("sign_in_bucket_age", "refilled_at"),)
    kind: str = Field(primary_key=True)
    subject: bytes = Field(sa_type=LargeBinary, primary_key=True)
    tokens: float
    refilled_at: datetime = moment()


class LinkGeneration(SQLModel, table=True):
    """The generation of a unit's links; those of lower ones are revoked."""

    __tablename__ = "link_generation"
    unit: str = Field(primary_key=True, foreign_key="unit.code")
    generation: int
