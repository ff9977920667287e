"""Sending: a push that is due becomes a ledger row and a notice per subscriber, in batches that survive a crash."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services import clock, notices
from services.lessons.audience import subscribers
from services.lessons.base import LessonsBase
from services.lessons.tables import DeliveryRow, PushRow, SubscriptionRow
from services.lessons.values import PushState
from services.worktime import after_quiet


class Sending(LessonsBase):
    """The scheduler's verb."""

    batch = 500
    """Subscribers per transaction: on SQLite an answer waits at most for one of these."""

    async def send_due(self) -> int:
        """Write the copies of every push that is due and return how many people will get one.

        Ledger row and notice are written together, in the order of account ids, so the last ledger row is the mark
        at which a process that died is followed: nobody is skipped and nobody gets two. A push that an outage
        delayed into the night waits for the morning.
        """
        told = 0
        while (written := await self._write_batch()) is not None:
            told += written
        return told

    async def _write_batch(self) -> int | None:
        """Write the next batch of one due push; None when nothing is due or another process is at it."""
        moment = clock.now()
        due = (
            select(PushRow)
            .where(PushRow.state.in_((PushState.SCHEDULED, PushState.SENDING)), PushRow.due_at <= moment)
            .order_by(PushRow.due_at, PushRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        async with self._database.transaction() as db:
            push = await db.scalar(due)
            if push is None:
                return None
            if push.lesson not in self._lessons:
                push.state = PushState.DROPPED
                return 0
            if push.started_at is None:
                push.state, push.started_at = PushState.SENDING, moment
            people = await self._next_people(db, push, push.started_at)
            if len(people) < self.batch:
                push.state = PushState.SENT
            return await self._write(db, push, people, moment)

    async def _next_people(self, db: AsyncSession, push: PushRow, started_at: datetime) -> list[tuple[int, str | None]]:
        reached = await db.scalar(select(func.max(DeliveryRow.account_id)).where(DeliveryRow.push_id == push.id))
        query = (
            subscribers(push.audience, push.lesson, started_at)
            .where(SubscriptionRow.account_id > (reached or 0))
            .order_by(SubscriptionRow.account_id)
            .limit(self.batch)
        )
        return [(row.account_id, row.excluded) for row in await db.execute(query)]

    async def _write(
        self, db: AsyncSession, push: PushRow, people: list[tuple[int, str | None]], moment: datetime
    ) -> int:
        due_at = after_quiet(moment)
        told = {
            account_id: notices.tell(
                db,
                account_id,
                "lesson",
                subject=("push", push.id),
                key=str(push.id),
                lane=notices.Lane.LESSON,
                due_at=due_at,
                data={"lesson": push.lesson},
            )
            for account_id, excluded in people
            if excluded is None
        }
        await db.flush()  # gives the notices their ids
        db.add_all(
            DeliveryRow(
                push_id=push.id,
                account_id=account_id,
                excluded=excluded,
                notice_id=told[account_id].id if account_id in told else None,
                at=moment,
            )
            for account_id, excluded in people
        )
        return len(told)
