"""Reminders of requests: each level once, only while it matters, and after an outage only the newest."""

from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services import clock, reminders
from services.accounts import Role, staff_with
from services.notices import Lane
from services.reminders import Reminder, ReminderRow
from services.requests.deadlines import DAILY, EXPIRED, kind_of, matters, rank
from services.requests.office import Office
from services.requests.steps import SUBJECT, handlers_of, tell
from services.requests.tables import RequestRow
from services.worktime import workdays_after

BATCH = 100


class Reminding(Office):
    """The scheduler's verb."""

    async def remind_due(self) -> int:
        """Tell what is due and still matters; return how many requests were told about.

        Several ticks may run at once. No request is locked here: a step that ends a request cancels its reminders,
        which waits for this transaction, and then cancels the notices written here.
        """
        told = 0
        async with self._database.transaction() as db:
            while claimed := await reminders.claim(db, SUBJECT, limit=BATCH):
                for reminder in claimed:
                    told += await self._remind(db, reminder)
        return told

    async def _remind(self, db: AsyncSession, reminder: Reminder) -> bool:
        now = clock.now()
        row = await db.get(RequestRow, reminder.subject_id)
        if row is None or not await _newest(db, reminder, row, now):
            return False
        told = await handlers_of(db, row)
        kind, count = kind_of(reminder.level), reminder.level.partition("-")[2]
        if kind == EXPIRED:
            told += await staff_with(db, Role.SUPERVISOR)
        lane = Lane.URGENT if kind == EXPIRED else Lane.REMINDER
        key = f"{row.number}:{reminder.cycle}:{reminder.level}"
        tell(db, "request_reminder", row, told, key=key, lane=lane, level=kind)
        if kind in (EXPIRED, DAILY):
            tomorrow = next(islice(workdays_after(self._calendar, now), 1))
            level = f"{DAILY}-{int(count or 0) + 1}"
            reminders.plan(db, (SUBJECT, row.id), reminder.cycle, [(level, tomorrow)])
        return True


async def _newest(db: AsyncSession, reminder: Reminder, row: RequestRow, now: datetime) -> bool:
    """Say whether this is the newest due reminder of its request that matters.

    The others are looked at whether or not another tick has just claimed them: it decides the same way.
    """
    due = await db.scalars(
        select(ReminderRow).where(
            ReminderRow.subject == SUBJECT,
            ReminderRow.subject_id == row.id,
            ReminderRow.cancelled_at.is_(None),
            ReminderRow.due_at <= now,
        )
    )
    relevant = [other for other in due if matters(other.level, row, now)]
    newest = max(relevant, key=lambda other: (other.due_at, rank(other.level), other.id), default=None)
    return newest is not None and newest.id == reminder.id
