"""The direct train's tables: enterprises, requests, what happened to them, and their files."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.db import Base, Id, Moment, Sealed


class EnterpriseRow(Base):
    """An enterprise and the person who acts for it here."""

    __tablename__ = "enterprises"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    credit_code: Mapped[str] = mapped_column(String(18), index=True)
    code_problem: Mapped[str | None] = mapped_column(String(200))
    code_confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    contact: Mapped[str | None] = mapped_column(Sealed)
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_index: Mapped[str | None] = mapped_column(String(32), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class RequestRow(Base):
    """A request in the queue: from an enterprise, or a resident who asked for a person."""

    __tablename__ = "requests"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    category: Mapped[str] = mapped_column(String(40))
    policy: Mapped[str] = mapped_column(String(24))
    urgent: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[str | None] = mapped_column(Sealed)
    contact: Mapped[str | None] = mapped_column(Sealed)
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_index: Mapped[str | None] = mapped_column(String(32), index=True)
    department: Mapped[str] = mapped_column(String(40), index=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    round: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[datetime] = mapped_column(Moment)
    contact_due: Mapped[datetime] = mapped_column(Moment)
    answer_due: Mapped[datetime] = mapped_column(Moment, index=True)
    certain: Mapped[bool] = mapped_column(default=True)
    sentence: Mapped[str] = mapped_column(Text)
    contacted_at: Mapped[datetime | None] = mapped_column(Moment)
    waiting_since: Mapped[datetime | None] = mapped_column(Moment)
    replied_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    solved: Mapped[bool | None] = mapped_column()
    rating: Mapped[int | None] = mapped_column()
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class RequestEventRow(Base):
    """One step of a request: who, when, what, why, and how the answer's due time moved. Only ever added."""

    __tablename__ = "request_events"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str | None] = mapped_column(String(80), unique=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    verb: Mapped[str] = mapped_column(String(24))
    note: Mapped[str | None] = mapped_column(Sealed)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    old_due: Mapped[datetime | None] = mapped_column(Moment)
    new_due: Mapped[datetime | None] = mapped_column(Moment)


class AttachmentRow(Base):
    """A stored file that belongs to a request."""

    __tablename__ = "attachments"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), index=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("files.id"))
