"""What every change of a booking shares: the locks, the guard of a slot, who is told, which reminders stand."""

from collections.abc import Mapping

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services import clock, notices, reminders
from services.accounts import Account, Role, staff_with
from services.accounts.tables import AccountRow
from services.mediation import rules
from services.mediation.offers import Offers
from services.mediation.refusals import OwnOverlap, SlotTaken
from services.mediation.rows import SUBJECT, access, happened, own_moves, shown
from services.mediation.tables import BookingRow, StudioRow
from services.mediation.views import Seat, Slot, Verb

_STALE = ("booking_reminder", "booking_accepted")
"""Unsent notices that would speak of a time or state that is no more."""


class Changes(Offers):
    """Locks are taken in one order: the author's account, the booking, the studio, the running number."""

    async def _queue_up(self, db: AsyncSession, author_id: int) -> None:
        """Let one person's bookings and moves happen one after the other: their keys, their count, their overlaps.

        The lock is the weak one (NO KEY UPDATE), so that notices to this account do not wait. SQLite has one writer.
        """
        await db.execute(select(AccountRow.id).where(AccountRow.id == author_id).with_for_update(key_share=True))

    async def _guard(
        self, db: AsyncSession, studio: str, slot: Slot, author_id: int, *, moving: int | None = None
    ) -> None:
        """Make sure that nobody holds any of this time and nobody else can take it before we commit.

        Raises SlotTaken, OwnOverlap. The partial unique index stands behind it.
        """
        await self._lock_studio(db, studio)
        await self._refuse_overlap(db, studio, slot, author_id, moving)

    async def _lock_studio(self, db: AsyncSession, studio: str) -> None:
        await db.execute(select(StudioRow.slug).where(StudioRow.slug == studio).with_for_update(key_share=True))

    async def _refuse_overlap(
        self, db: AsyncSession, studio: str, slot: Slot, author_id: int, moving: int | None
    ) -> None:
        """Look for bookings that share any time, however long theirs or ours are; nobody is at two places at once."""
        query = select(BookingRow).where(
            BookingRow.holds,
            BookingRow.starts_at < slot.ends_at,
            BookingRow.ends_at > slot.starts_at,
            or_(BookingRow.studio == studio, BookingRow.author_id == author_id),
        )
        for other in await db.scalars(query):
            if other.id == moving:
                continue
            if other.author_id == author_id:
                raise OwnOverlap(number=other.number)
            raise SlotTaken

    async def _take(self, db: AsyncSession, row: BookingRow, slot: Slot) -> None:
        """Write the slot into the row; raises SlotTaken when the index says that somebody was faster."""
        row.starts_at, row.ends_at = slot.starts_at, slot.ends_at
        db.add(row)
        try:
            await db.flush()
        except IntegrityError as error:
            raise SlotTaken from error
        reminders.plan(db, (SUBJECT, row.id), row.cycle, rules.reminder_levels(slot.starts_at, clock.now()))

    async def _begin(
        self, db: AsyncSession, account: Account, booking_id: int, key: str, verb: Verb
    ) -> tuple[BookingRow, Seat, bool]:
        """Lock a booking for a verb: the row, the actor's seat, and whether this key is new.

        Raises NotFound, or whatever rules.objection names; a key seen before is never refused.
        """
        row, seat = await access(db, account, booking_id, lock=True)
        if await happened(db, key):
            return row, seat, False
        moves = await own_moves(db, row)
        booking = await shown(db, row)
        if refusal := rules.objection(verb, seat, booking, moves=moves, now=clock.now(), limits=self._limits):
            raise refusal
        return row, seat, True

    async def _forget(self, db: AsyncSession, row: BookingRow) -> None:
        """Take back what was planned and not sent. Reminders go first: one that fires meanwhile is then withdrawn."""
        await reminders.cancel(db, (SUBJECT, row.id))
        await notices.withdraw(db, (SUBJECT, row.id), _STALE)


def tell_author(db: AsyncSession, row: BookingRow, kind: str, data: Mapping[str, str] | None = None) -> None:
    """Tell who booked, once per kind and cycle."""
    _tell(db, row, row.author_id, kind, data)


async def tell_mediators(
    db: AsyncSession, row: BookingRow, kind: str, *, but: int, data: Mapping[str, str] | None = None
) -> None:
    """Tell the mediators of the booking's studio, except the one who acted; once per kind and cycle."""
    for account_id in await staff_with(db, Role.MEDIATOR, studio=row.studio):
        if account_id != but:
            _tell(db, row, account_id, kind, data)


def _tell(db: AsyncSession, row: BookingRow, account_id: int, kind: str, data: Mapping[str, str] | None) -> None:
    key = f"{row.id}:{row.cycle}"
    notices.tell(db, account_id, kind, subject=(SUBJECT, row.id), key=key, data=dict(data or {}))
