"""What can be booked: studios, days with room, slots."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.county import Studio
from services import clock
from services.db import insert
from services.mediation import rules
from services.mediation.part import Part
from services.mediation.refusals import SlotNotOffered
from services.mediation.rows import holding, studio_row, studio_view
from services.mediation.tables import BookingRow, StudioClosureRow, StudioRow
from services.mediation.views import OpenDay, Seat, Slot
from services.worktime.calendar import utc_at

_MIDNIGHT = time(0)


class Offers(Part):
    """Reads what is free; the studios are rows, made from the county's data on an empty table."""

    async def seed(self) -> None:
        """Make the studios' rows if there is none yet; safe when two replicas start at once."""
        async with self._database.transaction() as db:
            if await db.scalar(select(func.count()).select_from(StudioRow)):
                return
            for studio in self._county.studios:
                values = asdict(studio) | {"kinds": list(studio.kinds), "hours": _json_hours(studio)}
                await db.execute(insert(db, StudioRow).values(active=True, **values).on_conflict_do_nothing())

    async def studios(self, kind: str | None = None) -> list[Studio]:
        """Return the active studios, the county's own before invented ones; those that take the kind, if given."""
        async with self._database.reading() as db:
            rows = await db.scalars(
                select(StudioRow).where(StudioRow.active).order_by(StudioRow.invented, StudioRow.slug)
            )
            return [studio_view(row) for row in rows if kind is None or kind in row.kinds]

    async def open_days(self, studio: str, *, moving: int | None = None) -> list[OpenDay]:
        """Return the local days within the horizon that have a free slot; raises NotFound.

        With `moving` (a booking's id) its own time counts as free, except its very slot: that is no move.
        """
        async with self._database.reading() as db:
            found = await self._free(db, studio, rules.horizon(clock.now(), self._limits), moving)
        return [OpenDay(day, len(slots), self._calendar.knows(day)) for day, slots in found.items() if slots]

    async def slots(self, studio: str, day: date, *, moving: int | None = None) -> list[Slot]:
        """Return the free slots of a local day, in order; none outside the horizon. Raises NotFound."""
        async with self._database.reading() as db:
            if day not in rules.horizon(clock.now(), self._limits):
                await studio_row(db, studio)
                return []
            return list((await self._free(db, studio, [day], moving))[day])

    async def _free(
        self, db: AsyncSession, slug: str, days: Sequence[date], moving: int | None
    ) -> Mapping[date, Sequence[Slot]]:
        studio = studio_view(await studio_row(db, slug))
        closed = await _closures(db, slug, days)
        begin, end = utc_at(days[0], _MIDNIGHT), utc_at(days[-1] + timedelta(days=1), _MIDNIGHT)
        taken = [(row.starts_at, row.ends_at) for row in await holding(db, slug, begin, end, moving=moving)]
        own = moving and await db.scalar(select(BookingRow.starts_at).where(BookingRow.id == moving))
        soonest = rules.earliest(clock.now(), self._limits, Seat.AUTHOR)
        return {
            day: [
                slot
                for slot in ([] if day in closed else rules.grid(studio, day, self._calendar))
                if soonest <= slot.starts_at != own and not any(slot.overlaps(*span) for span in taken)
            ]
            for day in days
        }

    async def _offered(self, db: AsyncSession, studio: Studio, starts_at: datetime, seat: Seat) -> Slot:
        """Return the slot that starts then, free or not; raises SlotNotOffered."""
        now, day = clock.now(), clock.local(starts_at).date()
        if day in rules.horizon(now, self._limits) and not await _closures(db, studio.slug, [day]):
            for slot in rules.grid(studio, day, self._calendar):
                if slot.starts_at == starts_at >= rules.earliest(now, self._limits, seat):
                    return slot
        raise SlotNotOffered


async def _closures(db: AsyncSession, slug: str, days: Sequence[date]) -> set[date]:
    return set(
        await db.scalars(
            select(StudioClosureRow.day).where(
                StudioClosureRow.studio == slug, StudioClosureRow.day.between(days[0], days[-1])
            )
        )
    )


def _json_hours(studio: Studio) -> dict[str, list[list[str]]]:
    return {str(day): [list(span) for span in spans] for day, spans in studio.hours.items()}
