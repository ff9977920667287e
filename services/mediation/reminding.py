"""Reminders that are due become notices, unless the booking no longer stands."""

from sqlalchemy import select

from services import clock, notices, reminders
from services.mediation import rules
from services.mediation.part import Part
from services.mediation.rows import SUBJECT
from services.mediation.tables import BookingRow

BATCH = 100


class Reminding(Part):
    """The scheduler's side of bookings."""

    async def remind_due(self) -> int:
        """Tell every author whose reminder is due; return how many were told. Safe to run twice at once.

        A reminder is dropped when its booking was given up, moved or deleted or its time has come; after an outage
        one that is late is told once, not once per level.
        """
        told = 0
        while True:
            claimed, some = await self._remind_batch()
            told += some
            if claimed < BATCH:
                return told

    async def _remind_batch(self) -> tuple[int, int]:
        now, told = clock.now(), 0
        async with self._database.transaction() as db:
            due = await reminders.claim(db, SUBJECT, limit=BATCH)
            ids = {reminder.subject_id for reminder in due}
            standing = select(BookingRow).where(
                BookingRow.id.in_(ids), BookingRow.holds, BookingRow.deleted_at.is_(None)
            )
            rows = {row.id: row for row in await db.scalars(standing)}
            for reminder in due:
                row = rows.get(reminder.subject_id)
                if row is None or row.cycle != reminder.cycle:
                    continue
                if rules.still_right(reminder.level, row.starts_at, now):
                    key, data = f"{row.id}:{row.cycle}:{reminder.level}", {"level": reminder.level}
                    notices.tell(db, row.author_id, "booking_reminder", subject=(SUBJECT, row.id), key=key, data=data)
                    told += 1
        return len(due), told
