"""Lessons: who wants them, when one is pushed, who got it or read it, and what was answered."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.db import Base, Id, Moment


class SubscriptionRow(Base):
    """An account wants the lessons of one audience; `ended_at` is set when it no longer does."""

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("account_id", "audience"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    audience: Mapped[str] = mapped_column(String(20), index=True)
    since: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class PushRow(Base):
    """A lesson that goes to an audience at a time."""

    __tablename__ = "pushes"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    lesson: Mapped[str] = mapped_column(String(60))
    audience: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[datetime] = mapped_column(Moment, index=True)
    state: Mapped[str] = mapped_column(String(16))
    author_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)


class DeliveryRow(Base):
    """One person's copy of a push: the ledger, written with its notice. `excluded` says why nothing was sent, if so."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("push_id", "account_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    push_id: Mapped[int] = mapped_column(ForeignKey("pushes.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    excluded: Mapped[str | None] = mapped_column(String(40))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class ReadingRow(Base):
    """A lesson that somebody asked for themselves, without waiting for a push."""

    __tablename__ = "readings"
    __table_args__ = (UniqueConstraint("account_id", "lesson"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    lesson: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(Moment)


class QuizAnswerRow(Base):
    """The choice somebody made in a lesson's quiz; the latest counts."""

    __tablename__ = "quiz_answers"
    __table_args__ = (UniqueConstraint("account_id", "lesson", "question"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    lesson: Mapped[str] = mapped_column(String(60), index=True)
    question: Mapped[int] = mapped_column()
    choice: Mapped[int] = mapped_column()
    correct: Mapped[bool] = mapped_column()
    at: Mapped[datetime] = mapped_column(Moment)
