"""The audit log: who read or changed what. Rows are only added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services import clock
from services.db import Base, Database, Id, Moment


class AuditRow(Base):
    """One act of a member of staff (or of a person on their own data)."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    act: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    detail: Mapped[str] = mapped_column(String(200), default="")


@dataclass(frozen=True)
class AuditEntry:
    """A row of the log as shown."""

    id: int
    at: datetime
    actor_id: int | None
    act: str
    subject: str
    detail: str


def note(db: AsyncSession, actor_id: int | None, act: str, subject: str, detail: str = "") -> None:
    """Add a row in the caller's transaction. `detail` must hold no personal data."""
    db.add(AuditRow(at=clock.now(), actor_id=actor_id, act=act, subject=subject, detail=detail[:200]))


class AuditLog:
    """The log as the administrator reads it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def latest(self, limit: int = 200) -> Sequence[AuditEntry]:
        """Return the newest rows first."""
        async with self._database.reading() as db:
            rows = await db.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(limit))
            return [AuditEntry(r.id, r.at, r.actor_id, r.act, r.subject, r.detail) for r in rows]
