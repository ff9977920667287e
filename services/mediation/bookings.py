"""What the person who booked does: book and cancel; and move, which the mediator may do too."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services import clock, numbers
from services.accounts import Account
from services.accounts.tables import ConsentRow
from services.errors import ConsentNeeded, NotFound
from services.identifiers import phone as read_phone
from services.mediation import rules
from services.mediation.changes import Changes, tell_author, tell_mediators
from services.mediation.refusals import KindNotTaken, NotForMediation, SameSlot, TooManyBookings
from services.mediation.rows import access, add_step, booking_view, shown, studio_row, studio_view
from services.mediation.tables import BookingRow
from services.mediation.views import Booking, Seat, State, Verb

PREFIX = "TJ"
"""Series of the numbers: TJ-2026-000001."""


class Bookings(Changes):
    """Every verb takes the key of the update that asked for it; the same key again returns the first result."""

    async def book(
        self, account: Account, *, key: str, channel: str, studio: str, starts_at: datetime, kind: str, facts: str,
        phone: str,
    ) -> Booking:  # fmt: skip
        """Take a slot and return the booking, which the studio has yet to accept.

        `starts_at` is aware and one of the offered starts. Refuses NotForMediation, KindNotTaken, Empty, TooLong,
        BadPhone, ConsentNeeded, NotFound (no such studio), TooManyBookings, SlotNotOffered, OwnOverlap, SlotTaken.
        """
        async with self._database.transaction() as db:
            await self._queue_up(db, account.id)
            first = await db.scalar(select(BookingRow).where(BookingRow.key == key))
            if first is not None:
                return await self._again(db, account, first)
            await self._refuse_person(db, account)
            place = await studio_row(db, studio)
            self._refuse_kind(kind, place.kinds, place.name)
            facts, digits = rules.clean(facts, rules.FACTS_LIMIT), read_phone(phone).digits
            slot = await self._offered(db, studio_view(place), starts_at, Seat.AUTHOR)
            await self._guard(db, studio, slot, account.id)
            row = BookingRow(
                key=key,
                number=await numbers.next_number(db, PREFIX),
                author_id=account.id,
                channel=channel,
                studio=studio,
                kind=kind,
                facts=facts,
                phone=digits,
                phone_index=self._database.keyring.index(digits),
                state=State.REQUESTED,
                holds=True,
                cycle=1,
                created_at=clock.now(),
            )
            await self._take(db, row, slot)
            add_step(db, row, Verb.BOOK, key=key, actor_id=account.id)
            await tell_mediators(db, row, "booking_new", but=account.id)
            return booking_view(row, place)

    async def move(self, account: Account, booking_id: int, key: str, starts_at: datetime) -> Booking:
        """Give up the old slot and take another one of the same studio, at once or not at all.

        The author has limits and waits for the studio again. A mediator has none, needs no notice, and may also move
        a booking that was missed; the state stays and the author is told. Refuses NotFound, NotAllowed, BookingOver,
        TooLate, TooManyMoves, SameSlot, SlotNotOffered, OwnOverlap, SlotTaken.
        """
        async with self._database.transaction() as db:
            seen, _ = await access(db, account, booking_id)
            await self._queue_up(db, seen.author_id)
            row, seat, fresh = await self._begin(db, account, booking_id, key, Verb.MOVE)
            if fresh:
                await self._move(db, row, seat, account.id, key, starts_at)
            return await shown(db, row)

    async def _move(
        self, db: AsyncSession, row: BookingRow, seat: Seat, actor_id: int, key: str, starts_at: datetime
    ) -> None:
        old = row.starts_at
        if starts_at == old:
            raise SameSlot
        slot = await self._offered(db, studio_view(await studio_row(db, row.studio)), starts_at, seat)
        await self._guard(db, row.studio, slot, row.author_id, moving=row.id)
        await self._forget(db, row)
        row.cycle += 1
        if seat is Seat.AUTHOR:
            row.state = State.REQUESTED
        await self._take(db, row, slot)
        add_step(db, row, Verb.MOVE, key=key, actor_id=actor_id, old_start=old)
        data = {"by": seat.value, "old": old.isoformat(), "new": slot.starts_at.isoformat()}
        if seat is not Seat.AUTHOR:
            tell_author(db, row, "booking_moved", data)
        await tell_mediators(db, row, "booking_moved", but=actor_id, data=data)

    async def cancel(self, account: Account, booking_id: int, key: str, why: str = "") -> Booking:
        """Let the author give the slot back, until `change_minutes` before it.

        Refuses NotFound, NotAllowed, BookingOver, TooLate, TooLong.
        """
        async with self._database.transaction() as db:
            row, _, fresh = await self._begin(db, account, booking_id, key, Verb.CANCEL)
            if fresh:
                note = rules.clean(why, rules.NOTE_LIMIT) if why.strip() else None
                row.state, row.holds = State.CANCELLED, False
                await self._forget(db, row)
                add_step(db, row, Verb.CANCEL, key=key, actor_id=account.id, note=note)
                await tell_mediators(db, row, "booking_cancelled", but=account.id)
            return await shown(db, row)

    async def _again(self, db: AsyncSession, account: Account, first: BookingRow) -> Booking:
        if first.author_id != account.id:
            raise NotFound
        return await shown(db, first)

    async def _refuse_person(self, db: AsyncSession, account: Account) -> None:
        """Refuse without consent to the notice in force (PIPL 14, 17), or with too many bookings still to come."""
        agreed = select(ConsentRow.id).where(
            ConsentRow.account_id == account.id, ConsentRow.version == self._county.notice_version
        )
        if await db.scalar(agreed) is None:
            raise ConsentNeeded
        standing = select(func.count()).where(
            BookingRow.author_id == account.id, BookingRow.holds, BookingRow.ends_at > clock.now()
        )
        if (await db.scalar(standing) or 0) >= self._limits.open_bookings:
            raise TooManyBookings(limit=self._limits.open_bookings)

    def _refuse_kind(self, kind: str, taken: list[str], studio: str) -> None:
        if kind not in self._county.kinds:
            raise NotForMediation
        if kind not in taken:
            raise KindNotTaken(studio=studio, kind=kind)
