"""Reminders of bookings: none for what was given up, moved or is too late; one after an outage."""

import asyncio

from sqlalchemy import text, update

from services import clock
from services.accounts import Account
from services.db import Database
from services.mediation.tables import BookingRow
from services.reminders import ReminderRow
from tests.services.mediation_village import Village, at, village


async def levels(v: Village, who: Account, state: str = "waiting") -> list[str]:
    return [notice.data["level"] for notice in await v.notices(who, state) if notice.kind == "booking_reminder"]


async def remind(v: Village, when: str) -> int:
    with clock.moved_to(at(when)):
        return await v.mediation.remind_due()


async def test_the_day_before_and_two_hours_before_each_once(database: Database) -> None:
    async with village(database) as v:
        await v.book(v.anna)  # Wednesday at nine
        assert await remind(v, "2026-11-24 08:59:50") == 0
        assert await remind(v, "2026-11-24 09:00") == 1
        assert await remind(v, "2026-11-24 09:01") == 0
        assert await remind(v, "2026-11-25 06:59:50") == 0
        assert await remind(v, "2026-11-25 07:00") == 1
        assert await levels(v, v.anna) == ["day", "hours"]
        assert await levels(v, v.jiang) == []


async def test_a_late_booking_has_only_the_reminder_that_is_still_to_come(database: Database) -> None:
    async with village(database, "2026-11-24 12:00") as v:
        await v.book(v.anna)
        assert [row.level for row in await v.rows(ReminderRow)] == ["hours"]


async def test_a_cancelled_or_declined_booking_is_not_reminded_of(database: Database) -> None:
    async with village(database) as v:
        cancelled, declined = await v.book(v.anna), await v.book(v.bob, "2026-11-25 10:00")
        await v.mediation.cancel(v.anna, cancelled.id, v.key())
        await v.mediation.decline(v.jiang, declined.id, v.key(), "忙")
        assert await remind(v, "2026-11-24 12:00") == 0
        assert all(row.cancelled_at for row in await v.rows(ReminderRow))


async def test_a_moved_booking_is_reminded_of_at_its_new_time_only(database: Database) -> None:
    async with village(database) as v:
        booking = await v.book(v.anna)
        await v.mediation.move(v.anna, booking.id, v.key(), at("2026-11-27 09:00"))
        assert await remind(v, "2026-11-25 08:00") == 0
        assert await remind(v, "2026-11-26 09:00") == 1
        with clock.moved_to(at("2026-11-26 10:00")):
            await v.mediation.move(v.jiang, booking.id, v.key(), at("2026-12-01 09:00"))
            assert await levels(v, v.anna) == []  # nor is one sent that was written but not sent
            assert await levels(v, v.anna, "cancelled") == ["day"]
        assert await remind(v, "2026-11-27 08:00") == 0
        assert await remind(v, "2026-11-30 09:00") == 1


async def test_after_a_day_without_ticks_one_reminder_is_told(database: Database) -> None:
    async with village(database) as v:
        await v.book(v.anna)
        await v.book(v.bob, "2026-11-25 14:00")
        assert await remind(v, "2026-11-25 08:30") == 2  # anna's two are both due; bob's day before is late
        assert await levels(v, v.anna) == ["hours"]
        assert await levels(v, v.bob) == ["day"]
        assert await remind(v, "2026-11-25 12:00") == 1
        assert await levels(v, v.bob) == ["day", "hours"]


async def test_once_the_hour_has_come_nothing_is_told(database: Database) -> None:
    async with village(database) as v:
        await v.book(v.anna)
        assert await remind(v, "2026-11-25 09:00") == 0


async def test_a_reminder_checks_the_booking_itself(database: Database) -> None:
    """Even where something else than our verbs ended the booking, or another cycle began."""
    for change in ("holds = false", "deleted_at = created_at", "cycle = 2"):
        async with village(database) as v:
            booking = await v.book(v.anna)
            async with database.transaction() as db:
                await db.execute(text(f"UPDATE bookings SET {change} WHERE id = {booking.id}"))  # noqa: S608 (ours)
            assert await remind(v, "2026-11-24 09:00") == 0, change
            async with database.transaction() as db:
                await db.execute(update(BookingRow).values(holds=False, deleted_at=None))


async def test_two_schedulers_at_once_tell_once(database: Database) -> None:
    async with village(database) as v:
        for person, hour in zip(await v.crowd(6), ("09", "10", "11", "14", "15", "16"), strict=True):
            await v.book(person, f"2026-11-25 {hour}:00")
        with clock.moved_to(at("2026-11-24 16:00")):
            assert sum(await asyncio.gather(*(v.mediation.remind_due() for _ in range(4)))) == 6


async def test_more_than_one_batch_is_told_in_one_tick(database: Database) -> None:
    async with village(database) as v:
        booking = await v.book(v.anna)
        await v.book(v.bob, "2026-11-25 10:00")
        async with database.transaction() as db:  # a backlog of an older cycle, due before bob's
            due = at("2026-11-24 09:30")
            old = {"subject": "booking", "subject_id": booking.id, "cycle": 99, "due_at": due}
            db.add_all(ReminderRow(level=f"old-{n}", **old) for n in range(120))
        assert await remind(v, "2026-11-24 10:00") == 2
