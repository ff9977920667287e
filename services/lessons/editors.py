"""What an editor plans: who would get a lesson, when it goes out, and taking it back."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services import audit, clock, notices
from services.accounts import Account
from services.db import insert
from services.errors import NotFound
from services.lessons.audience import subscribers
from services.lessons.base import editing
from services.lessons.ledger import Ledger
from services.lessons.refusals import AlreadySent, PastTime, QuietTime
from services.lessons.tables import PushRow
from services.lessons.values import Excluded, Preview, Push, PushState
from services.notices import NoticeRow
from services.worktime import after_quiet, quiet
from services.worktime.explaining import moment_text

FILLING_IN = timedelta(minutes=5)
"""A time that went by while the form was filled in still means "now"."""


class Editors(Ledger):
    """The verbs of staff with the role of editor; everybody else gets NotAllowed."""

    async def preview(self, account: Account, lesson_id: str, audience: str) -> Preview:
        """Return what a push would be if it went out now. Raises NotAllowed, UnknownLesson, UnknownAudience."""
        editing(account)
        lesson = self.lesson(lesson_id)
        people = subscribers(self._known(audience), lesson_id, clock.now()).subquery()
        async with self._database.reading() as db:
            counted = await db.execute(
                select(people.c.excluded, func.count().label("number")).group_by(people.c.excluded)
            )
            counts: dict[str | None, int] = {row.excluded: row.number for row in counted}
        getting = counts.pop(None, 0)
        return Preview(lesson, audience, getting, {Excluded(reason): n for reason, n in counts.items() if reason})

    async def schedule(self, account: Account, *, key: str, lesson_id: str, audience: str, due_at: datetime) -> Push:
        """Plan a push for a moment (aware). The same key again returns the first push.

        Raises NotAllowed, UnknownLesson, UnknownAudience, PastTime, QuietTime.
        """
        editing(account)
        async with self._database.transaction() as db:
            row = await db.scalar(select(PushRow).where(PushRow.key == key))
            if row is None:
                row = await self._plan(db, account, key, lesson_id, audience, due_at)
            return (await self._views(db, [row]))[0]

    async def _plan(
        self, db: AsyncSession, account: Account, key: str, lesson_id: str, audience: str, due_at: datetime
    ) -> PushRow:
        moment = clock.now()
        if due_at < moment - FILLING_IN:
            raise PastTime
        if quiet(due_at):
            raise QuietTime(allowed=moment_text(after_quiet(due_at)))
        values = {
            "key": key,
            "lesson": self.lesson(lesson_id).id,
            "audience": self._known(audience),
            "due_at": due_at,
            "state": PushState.SCHEDULED,
            "author_id": account.id,
            "created_at": moment,
        }
        await db.execute(insert(db, PushRow).values(**values).on_conflict_do_nothing(index_elements=["key"]))
        row: PushRow = (await db.scalars(select(PushRow).where(PushRow.key == key))).one()
        audit.note(db, account.id, "schedule lesson", f"push:{row.id}", lesson_id)
        return row

    async def cancel(self, account: Account, push_id: int) -> None:
        """Take a push back; copies that still wait are not sent. Again changes nothing.

        Raises NotAllowed, NotFound, AlreadySent when nothing of it waits any more.
        """
        editing(account)
        about = ("push", push_id)
        waiting = select(NoticeRow.id).where(
            NoticeRow.subject == "push", NoticeRow.subject_id == push_id, NoticeRow.state == "waiting"
        )
        async with self._database.transaction() as db:
            row = await db.scalar(select(PushRow).where(PushRow.id == push_id).with_for_update())
            if row is None:
                raise NotFound
            if row.state in (PushState.CANCELLED, PushState.DROPPED):
                return
            if row.state == PushState.SENT and await db.scalar(waiting.limit(1)) is None:
                raise AlreadySent
            row.state = PushState.CANCELLED
            await notices.withdraw(db, about)
            audit.note(db, account.id, "cancel lesson", f"push:{push_id}")
