"""Reminders: rows with a due time. A tick claims what is due and hands it to the subject that planned it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, UniqueConstraint, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services import clock
from services.db import Base, Id, Moment


class ReminderRow(Base):
    """One planned reminder. (subject, id, cycle, level) is unique, so planning twice changes nothing."""

    __tablename__ = "reminders"
    __table_args__ = (UniqueConstraint("subject", "subject_id", "cycle", "level"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subject: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int] = mapped_column(Id)
    cycle: Mapped[int] = mapped_column()
    level: Mapped[str] = mapped_column(String(24))
    due_at: Mapped[datetime] = mapped_column(Moment, index=True)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)


@dataclass(frozen=True)
class Reminder:
    """A reminder that is due now."""

    id: int
    subject_id: int
    cycle: int
    level: str
    due_at: datetime


def plan(db: AsyncSession, subject: tuple[str, int], cycle: int, levels: Iterable[tuple[str, datetime]]) -> None:
    """Add reminders in the caller's transaction. `cycle` grows when the due time is set anew."""
    for level, due_at in levels:
        db.add(ReminderRow(subject=subject[0], subject_id=subject[1], cycle=cycle, level=level, due_at=due_at))


async def cancel(db: AsyncSession, subject: tuple[str, int]) -> None:
    """Cancel every reminder of a subject that has not fired."""
    await db.execute(
        update(ReminderRow)
        .where(
            ReminderRow.subject == subject[0],
            ReminderRow.subject_id == subject[1],
            ReminderRow.done_at.is_(None),
            ReminderRow.cancelled_at.is_(None),
        )
        .values(cancelled_at=clock.now())
    )


async def claim(db: AsyncSession, subject: str, *, limit: int = 100) -> list[Reminder]:
    """Mark due reminders of one kind of subject as done, in the caller's transaction, and return them.

    The notices that follow are written in the same transaction, so a crash repeats both or neither.
    """
    moment = clock.now()
    due = (
        select(ReminderRow)
        .where(
            ReminderRow.subject == subject,
            ReminderRow.done_at.is_(None),
            ReminderRow.cancelled_at.is_(None),
            ReminderRow.due_at <= moment,
        )
        .order_by(ReminderRow.due_at, ReminderRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(await db.scalars(due))
    for row in rows:
        row.done_at = moment
    return [Reminder(row.id, row.subject_id, row.cycle, row.level, row.due_at) for row in rows]
