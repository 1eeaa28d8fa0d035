"""Tables of the straightforward build, FROZEN with it: state, message, delivery, number, leaf of the log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, DateTime, Identity, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Declarative base."""


class Case(Base):
    """The state of a case."""

    __tablename__ = "case_state"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dispute: Mapped[UUID] = mapped_column(index=True)
    machine: Mapped[str]
    state: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Message(Base):
    """A message as it came and as it was understood."""

    __tablename__ = "message"
    __table_args__ = (UniqueConstraint("iss", "jti"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    iss: Mapped[str]
    jti: Mapped[str]
    unit: Mapped[str]
    kind: Mapped[str]
    purpose: Mapped[str]
    dispute: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    native: Mapped[bytes] = mapped_column(LargeBinary)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)


class Delivery(Base):
    """A token to be sent."""

    __tablename__ = "delivery"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    message: Mapped[UUID] = mapped_column(index=True)
    unit: Mapped[str]
    seq: Mapped[int]
    state: Mapped[str]


class NativeNumber(Base):
    """A number of a sender's own."""

    __tablename__ = "native_number"
    system: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    message: Mapped[UUID]


class LogLeaf(Base):
    """A leaf of the log, in the order of its arrival."""

    __tablename__ = "log_leaf"
    index: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    leaf: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    entry: Mapped[str]
    salt: Mapped[bytes] = mapped_column(LargeBinary)
