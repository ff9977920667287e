"""Rows of mediation: found together with the right to find them, turned into plain data, and their steps added."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.county import Studio
from services import clock
from services.accounts import Account, Role
from services.errors import NotFound
from services.mediation.tables import BookingEventRow, BookingRow, StudioRow
from services.mediation.views import Booking, Seat, State, Verb

SUBJECT = "booking"
"""How notices and reminders name a booking."""


async def studio_row(db: AsyncSession, slug: str) -> StudioRow:
    """Return an active studio; raises NotFound."""
    row = await db.get(StudioRow, slug)
    if row is None or not row.active:
        raise NotFound
    return row


def studio_view(row: StudioRow) -> Studio:
    """Return a studio as the county's own shape, which every rule reads."""
    return Studio(
        slug=row.slug,
        name=row.name,
        mediator=row.mediator,
        district=row.district,
        address=row.address,
        phone=row.phone,
        kinds=tuple(row.kinds),
        hours={int(day): tuple((start, end) for start, end in spans) for day, spans in row.hours.items()},
        slot_minutes=row.slot_minutes,
        note=row.note,
        invented=row.invented,
    )


def booking_view(row: BookingRow, studio: StudioRow) -> Booking:
    """Return a booking without what is personal."""
    return Booking(
        id=row.id,
        number=row.number,
        studio=row.studio,
        studio_name=studio.name,
        mediator=studio.mediator,
        address=studio.address,
        studio_phone=studio.phone,
        kind=row.kind,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=State(row.state),
        holds=row.holds,
    )


async def shown(db: AsyncSession, row: BookingRow) -> Booking:
    """Return a booking with its studio, also one that has closed since."""
    return booking_view(row, await db.get_one(StudioRow, row.studio))


async def access(db: AsyncSession, account: Account, booking_id: int, *, lock: bool = False) -> tuple[BookingRow, Seat]:
    """Return a booking and as what this account comes to it; raises NotFound for “none” and “not yours” alike.

    The author; mediators of its studio; dispatchers and supervisors. With `lock`, the row is ours until the end of
    the transaction, and read anew.
    """
    query = select(BookingRow).where(BookingRow.id == booking_id, BookingRow.deleted_at.is_(None))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = await db.scalar(query)
    seat = _seat(account, row) if row else None
    if row is None or seat is None:
        raise NotFound
    return row, seat


def _seat(account: Account, row: BookingRow) -> Seat | None:
    if row.author_id == account.id:
        return Seat.AUTHOR
    if row.studio in account.studios():
        return Seat.MEDIATOR
    return Seat.OVERSEER if account.has(Role.DISPATCHER, Role.SUPERVISOR) else None


async def own_moves(db: AsyncSession, row: BookingRow) -> int:
    """Return how often the author has moved this booking; what mediators moved does not count against them."""
    count = select(func.count()).where(
        BookingEventRow.booking_id == row.id,
        BookingEventRow.verb == Verb.MOVE,
        BookingEventRow.actor_id == row.author_id,
    )
    return await db.scalar(count) or 0


async def happened(db: AsyncSession, key: str) -> bool:
    """Say whether a step with this key was taken already. Ask while the booking is locked."""
    return await db.scalar(select(BookingEventRow.id).where(BookingEventRow.key == key)) is not None


def add_step(
    db: AsyncSession,
    row: BookingRow,
    verb: Verb,
    *,
    key: str,
    actor_id: int,
    note: str | None = None,
    old_start: datetime | None = None,
) -> None:
    """Add a step in the caller's transaction; `old_start` says that the booking was moved from there."""
    new_start = row.starts_at if verb in (Verb.BOOK, Verb.MOVE) else None
    db.add(
        BookingEventRow(
            key=key,
            booking_id=row.id,
            at=clock.now(),
            actor_id=actor_id,
            verb=verb,
            note=note,
            old_start=old_start,
            new_start=new_start,
        )
    )


async def holding(
    db: AsyncSession, studio: str, starts_at: datetime, ends_at: datetime, *, moving: int | None = None
) -> Iterable[BookingRow]:
    """Return bookings that hold some of this time at a studio, except the one that is to be moved."""
    query = select(BookingRow).where(
        BookingRow.holds, BookingRow.studio == studio, BookingRow.starts_at < ends_at, BookingRow.ends_at > starts_at
    )
    return await db.scalars(query if moving is None else query.where(BookingRow.id != moving))
