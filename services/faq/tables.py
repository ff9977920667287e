"""What people asked (masked) and whether the answer helped."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.db import Base, Id, Moment, Sealed


class QuestionRow(Base):
    """A question as typed, with personal data masked before it was stored, and what came of it."""

    __tablename__ = "questions"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Sealed)
    outcome: Mapped[str] = mapped_column(String(8))
    entry: Mapped[str | None] = mapped_column(String(40))
    score: Mapped[float] = mapped_column()
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class FeedbackRow(Base):
    """Helpful or not, one vote per person and entry; the latest counts."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("account_id", "entry"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    entry: Mapped[str] = mapped_column(String(40), index=True)
    helpful: Mapped[bool] = mapped_column()
    at: Mapped[datetime] = mapped_column(Moment)
