"""Many people want one hour. Each guard is tried alone, and with all of them off the hour is booked many times."""

import asyncio
from datetime import datetime
from itertools import pairwise

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import Account
from services.db import Database
from services.errors import Refusal
from services.mediation import Booking, BookingOver, Mediation, OwnOverlap, Slot, SlotTaken
from services.mediation.tables import BookingRow
from tests.services.mediation_village import Village, at, village

CROWD = 64
POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""For locks that SQLite does not have: it lets one writer in at a time."""


class Unguarded(Mediation):
    """Mediation with its guard switched off."""

    async def _guard(
        self, db: AsyncSession, studio: str, slot: Slot, author_id: int, *, moving: int | None = None
    ) -> None:
        """Believe everybody."""


class TwoLook(Mediation):
    """Two bookers look before either of them writes: the gap that a lock must close."""

    looked: asyncio.Barrier

    async def _refuse_overlap(
        self, db: AsyncSession, studio: str, slot: Slot, author_id: int, moving: int | None
    ) -> None:
        await super()._refuse_overlap(db, studio, slot, author_id, moving)
        await self.looked.wait()


class StudioUnlocked(TwoLook):
    async def _lock_studio(self, db: AsyncSession, studio: str) -> None:
        """Let everybody in at once."""


class AuthorUnlocked(TwoLook):
    async def _queue_up(self, db: AsyncSession, author_id: int) -> None:
        """Let one person do everything at once."""


async def rush(v: Village, people: list[Account], studio: str = "xiaojiang") -> tuple[list[Booking], list[Exception]]:
    """Everybody books Wednesday at nine in the same instant."""
    tries = (v.book(person, studio=studio) for person in people)
    ends = await asyncio.gather(*tries, return_exceptions=True)
    for end in ends:
        assert isinstance(end, Booking | Refusal), end
    return [end for end in ends if isinstance(end, Booking)], [end for end in ends if isinstance(end, Exception)]


async def test_of_sixty_four_bookers_one_wins(database: Database) -> None:
    async with village(database) as v:
        won, lost = await rush(v, await v.crowd(CROWD))
        assert len(won) == 1
        assert [type(refusal) for refusal in lost] == [SlotTaken] * (CROWD - 1)
        assert won[0].number == "TJ-2026-000001"
        assert await v.told(v.jiang) == ["booking_new"]


async def test_the_guard_alone_is_enough(database: Database) -> None:
    async with village(database) as v:
        await v.drop_index()
        won, lost = await rush(v, await v.crowd(CROWD))
        assert (len(won), {type(refusal) for refusal in lost}) == (1, {SlotTaken})


async def test_the_index_alone_is_enough(database: Database) -> None:
    async with village(database, kind=Unguarded) as v:
        won, lost = await rush(v, await v.crowd(CROWD))
        assert (len(won), {type(refusal) for refusal in lost}) == (1, {SlotTaken})


async def test_with_guard_and_index_off_the_hour_is_booked_more_than_once(database: Database) -> None:
    async with village(database, kind=Unguarded) as v:
        await v.drop_index()
        won, _ = await rush(v, await v.crowd(CROWD))
        assert len(won) > 1


@POSTGRESQL
async def test_looking_without_the_studios_lock_is_not_enough(database: Database) -> None:
    async with village(database, kind=StudioUnlocked) as v:
        StudioUnlocked.looked = asyncio.Barrier(2)
        await v.drop_index()
        won, _ = await rush(v, await v.crowd(2))
        assert len(won) == 2


async def test_one_person_at_three_studios_at_once_gets_one(database: Database) -> None:
    async with village(database) as v:
        tries = [v.book(v.anna, studio=studio) for studio in ("xiaojiang", "zhaojie", "laozhou")]
        ends = await asyncio.gather(*tries, return_exceptions=True)
        assert sorted(type(end).__name__ for end in ends) == ["Booking", "OwnOverlap", "OwnOverlap"]


@POSTGRESQL
async def test_looking_without_the_authors_lock_is_not_enough(database: Database) -> None:
    async with village(database, kind=AuthorUnlocked) as v:
        AuthorUnlocked.looked = asyncio.Barrier(2)
        await asyncio.gather(v.book(v.anna, studio="xiaojiang"), v.book(v.anna, studio="zhaojie"))
        assert len(await v.mediation.mine(v.anna)) == 2


async def test_nobody_gets_past_the_limit_by_asking_at_once(database: Database) -> None:
    async with village(database) as v:
        hours = ("09:00", "10:00", "11:00", "14:00", "15:00", "16:00")
        await asyncio.gather(*(v.book(v.anna, f"2026-11-25 {hour}") for hour in hours), return_exceptions=True)
        assert len(await v.mediation.mine(v.anna)) == 3


async def test_bookers_and_movers_of_one_hour(database: Database) -> None:
    async with village(database) as v:
        people = await v.crowd(11)
        hours = ("09:00", "10:00", "11:00", "14:00", "15:00")
        own = [await v.book(person, f"2026-11-26 {hour}") for person, hour in zip(people, hours, strict=False)]
        movers = [
            v.mediation.move(v.jiang if n % 2 else people[n], own[n].id, v.key(), at("2026-11-26 16:00"))
            for n in range(5)
        ]
        bookers = [v.book(person, "2026-11-26 16:00") for person in people[5:]]
        ends = await asyncio.gather(*movers, *bookers, return_exceptions=True)
        assert sum(isinstance(end, Booking) for end in ends) == 1
        assert {type(end) for end in ends} == {Booking, SlotTaken}
        assert_no_overlap([(row.starts_at, row.ends_at) for row in await v.rows(BookingRow) if row.holds])


async def test_two_who_swap_and_everybody_who_answers_end_without_a_deadlock(database: Database) -> None:
    async with village(database) as v:
        for round_ in range(8):
            anna, bob = await v.book(v.anna, "2026-11-26 09:00"), await v.book(v.bob, "2026-11-26 10:00")
            ends = await asyncio.gather(
                v.mediation.move(v.anna, anna.id, v.key(), at("2026-11-26 11:00")),
                v.mediation.move(v.jiang, anna.id, v.key(), at("2026-11-26 14:00")),
                v.mediation.move(v.bob, bob.id, v.key(), at("2026-11-26 09:00")),
                v.mediation.accept(v.jiang, bob.id, v.key()),
                v.mediation.cancel(v.anna, anna.id, v.key()),
                v.mediation.remind_due(),
                return_exceptions=True,
            )
            for end in ends:
                assert isinstance(end, Booking | Refusal | int), (round_, end)
            for booking in (anna, bob):
                try:
                    await v.mediation.decline(v.jiang, booking.id, v.key(), "下一轮")
                except BookingOver:
                    assert booking is anna


async def test_one_person_moving_two_bookings_to_one_time(database: Database) -> None:
    async with village(database) as v:
        first, second = await v.book(v.anna), await v.book(v.anna, "2026-11-25 10:00", studio="zhaojie")
        ends = await asyncio.gather(
            v.mediation.move(v.anna, first.id, v.key(), at("2026-11-25 14:00")),
            v.mediation.move(v.zhao, second.id, v.key(), at("2026-11-25 14:00")),
            return_exceptions=True,
        )
        assert {type(end) for end in ends} == {Booking, OwnOverlap}


def assert_no_overlap(spans: list[tuple[datetime, datetime]]) -> None:
    spans.sort()
    for (_, end), (start, _) in pairwise(spans):
        assert end <= start
