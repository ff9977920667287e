"""Who may see what: one's own bookings, one booking whole, a mediator's day."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, select

from services import audit, clock
from services.accounts import Account, Role
from services.errors import NotAllowed
from services.identifiers import masked_phone
from services.mediation import rules
from services.mediation.part import Part
from services.mediation.rows import access, booking_view, own_moves, shown
from services.mediation.tables import BookingEventRow, BookingRow, StudioRow
from services.mediation.views import Booking, BookingLine, BookingStep, BookingView, State, Verb
from services.worktime.calendar import utc_at

_MIDNIGHT = time(0)


class Reading(Part):
    """Fetching and the right to fetch are one call; what staff read of one person is written down."""

    async def mine(self, account: Account) -> list[Booking]:
        """Return an account's own bookings: those still to come, soonest first, then the others, latest first."""
        query = _with_studio().where(BookingRow.author_id == account.id, BookingRow.deleted_at.is_(None))
        async with self._database.reading() as db:
            found = [booking_view(row, studio) for row, studio in await db.execute(query)]
        found.sort(key=lambda booking: booking.starts_at)
        coming = [booking for booking in found if booking.holds and booking.ends_at > clock.now()]
        return coming + [booking for booking in reversed(found) if booking not in coming]

    async def read(self, account: Account, booking_id: int) -> BookingView:
        """Return a booking with facts, telephone and steps; raises NotFound.

        For its author, the mediators of its studio, dispatchers and supervisors. A reading by anyone but the
        author goes to the audit log.
        """
        # Only staff can be somebody else, and only they need a transaction that writes.
        block = self._database.transaction() if account.staff else self._database.reading()
        async with block as db:
            row, seat = await access(db, account, booking_id)
            if row.author_id != account.id:
                audit.note(db, account.id, "read booking", f"booking:{row.id}", seat)
            steps = list(
                await db.scalars(
                    select(BookingEventRow).where(BookingEventRow.booking_id == row.id).order_by(BookingEventRow.id)
                )
            )
            booking, moves, now = await shown(db, row), await own_moves(db, row), clock.now()
            return BookingView(
                booking=booking,
                facts=row.facts or "",
                phone=row.phone or "",
                steps=tuple(_step(step, row.author_id) for step in steps),
                change_until=rules.change_until(row.starts_at, self._limits),
                moves_left=max(0, self._limits.moves - moves),
                may=frozenset(
                    verb
                    for verb in (Verb.MOVE, Verb.CANCEL, Verb.ACCEPT, Verb.DECLINE)
                    if rules.objection(verb, seat, booking, moves=moves, now=now, limits=self._limits) is None
                ),
            )

    async def day(self, account: Account, day: date) -> list[BookingLine]:
        """Return the standing bookings of a local day at the studios where the account mediates, by time.

        Raises NotAllowed for anyone who is no mediator.
        """
        if not account.has(Role.MEDIATOR):
            raise NotAllowed
        begin, end = _bounds(day)
        query = (
            _with_studio()
            .where(BookingRow.studio.in_(account.studios()), BookingRow.holds, BookingRow.deleted_at.is_(None))
            .where(BookingRow.starts_at >= begin, BookingRow.starts_at < end)
            .order_by(BookingRow.starts_at, BookingRow.studio)
        )
        async with self._database.reading() as db:
            return [_line(row, studio) for row, studio in await db.execute(query)]

    async def glance(self, booking_id: int) -> Booking | None:
        """Return a booking without what is personal, or None when it is gone: for wording a notice about it.

        Knows no reader, so it must never answer a person's own request.
        """
        query = _with_studio().where(BookingRow.id == booking_id, BookingRow.deleted_at.is_(None))
        async with self._database.reading() as db:
            pair = (await db.execute(query)).first()
            return booking_view(*pair) if pair else None


def _with_studio() -> Select[BookingRow, StudioRow]:
    return select(BookingRow, StudioRow).join(StudioRow, StudioRow.slug == BookingRow.studio)


def _bounds(day: date) -> tuple[datetime, datetime]:
    return utc_at(day, _MIDNIGHT), utc_at(day + timedelta(days=1), _MIDNIGHT)


def _step(row: BookingEventRow, author_id: int) -> BookingStep:
    own = row.actor_id == author_id
    return BookingStep(row.at, Verb(row.verb), own, row.note or "", row.old_start, row.new_start)


def _line(row: BookingRow, studio: StudioRow) -> BookingLine:
    return BookingLine(
        id=row.id,
        number=row.number,
        studio=row.studio,
        studio_name=studio.name,
        kind=row.kind,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=State(row.state),
        phone=masked_phone(row.phone or ""),
    )
