"""Any sequence of booking, moving, cancelling and answering, against a model that is slow and obvious.

The model walks the studio's hours minute by minute and keeps every booking in a list. It must agree with the program
about what is free, about who gets what and who is refused; and no two bookings that hold may share a minute.
"""

import asyncio
import tempfile
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services import clock
from services.accounts import Account
from services.crypto import Keyring
from services.db import Base, Database
from services.errors import Refusal
from services.mediation import Booking
from services.mediation.tables import BookingRow
from tests.conftest import SECRET
from tests.services.mediation_village import COUNTY, Village, at, village

STUDIOS = ("xiaojiang", "zhaojie")
START = "2026-09-17 07:59:00"  # before a make-up Sunday, 中秋, and 国庆 with its make-up Saturday; off every edge
HOLIDAYS = {"2026-09-25", "2026-09-26", "2026-09-27", *(f"2026-10-0{n}" for n in range(1, 8))}
MAKE_UP = {"2026-09-20", "2026-10-10"}
MINUTE = timedelta(minutes=1)
HOURS = {studio.slug: studio.hours for studio in COUNTY.studios}


@dataclass
class Kept:
    """A booking as the model remembers it."""

    studio: str
    author: int
    start: datetime
    end: datetime
    holds: bool = True
    accepted: bool = False
    moves: int = 0


@dataclass
class Model:
    """What should be true."""

    now: datetime
    length: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STUDIOS, 60))
    kept: dict[int, Kept] = field(default_factory=dict)

    def taken(self, start: datetime, end: datetime, near: list[Kept]) -> bool:
        """Whether any minute between is inside one of these bookings and it holds."""
        while start < end:
            if any(k.holds and k.start <= start < k.end for k in near):
                return True
            start += MINUTE
        return False

    def offered(self, studio: str, day: date, soonest: datetime) -> list[tuple[datetime, datetime]]:
        """Every slot of a day that starts in time, taken or not."""
        today = clock.local(self.now).date()
        if str(day) in HOLIDAYS or not today <= day <= today + timedelta(days=30):
            return []
        weekday = day.weekday()
        if str(day) in MAKE_UP and weekday not in HOURS[studio]:
            weekday = 0
        found, length = [], timedelta(minutes=self.length[studio])
        for opens, closes in HOURS[studio].get(weekday, ()):
            moment, begin = at(f"{day} {opens}"), at(f"{day} {opens}")
            while moment < at(f"{day} {closes}"):
                moment += MINUTE
                if moment - begin == length:
                    found.append((begin, moment))
                    begin = moment
        return [slot for slot in found if slot[0] >= soonest]

    def free(self, studio: str, day: date) -> list[tuple[datetime, datetime]]:
        """What a resident may pick."""
        soon = self.now + timedelta(hours=2)
        near = [k for k in self.kept.values() if k.studio == studio]
        return [slot for slot in self.offered(studio, day, soon) if not self.taken(*slot, near)]

    def slot(self, studio: str, start: datetime, author: int, notice: int, but: Kept | None) -> datetime | None:
        """The end of the slot if it may be had, for `but` to move there if given."""
        day = clock.local(start).date()
        for begin, end in self.offered(studio, day, self.now + timedelta(hours=notice)):
            if begin == start:
                near = [k for k in self.kept.values() if k is not but and (k.studio == studio or k.author == author)]
                return None if self.taken(begin, end, near) else end
        return None

    def may_book(self, studio: str, start: datetime, author: int) -> datetime | None:
        """The end of a new booking, or None when it must be refused."""
        standing = [k for k in self.kept.values() if k.author == author and k.holds and k.end > self.now]
        return self.slot(studio, start, author, 2, None) if len(standing) < 3 else None

    def author_may(self, kept: Kept) -> bool:
        """Whether the author may still change it."""
        return kept.holds and self.now <= kept.start - timedelta(hours=2)


# Friday, the make-up Sunday, Monday, 中秋, 国庆, the make-up Saturday, the last Saturday, a day past the horizon: few,
# so that people meet. A time is the n-th slot of that day, sometimes a quarter past it.
DAYS = ["2026-09-18", "2026-09-20", "2026-09-21", "2026-09-25", "2026-10-01", "2026-10-10", "2026-10-17", "2026-10-18"]
TIME = st.tuples(st.sampled_from(DAYS[:3] * 3 + DAYS), st.integers(0, 3), st.sampled_from([0, 0, 0, 0, 0, 15]))
BOOK = st.tuples(st.just("book"), st.sampled_from(range(6)), st.sampled_from(STUDIOS), TIME)
MOVE = st.tuples(st.just("move"), st.integers(0, 9), st.sampled_from(["author", "mediator"]), TIME)
ANSWER = st.tuples(st.sampled_from(["cancel", "accept", "decline"]), st.integers(0, 9), st.just(""), TIME)
LENGTH = st.tuples(st.just("length"), st.sampled_from([45, 60, 90]), st.sampled_from(STUDIOS), TIME)
WAIT = st.tuples(st.just("wait"), st.integers(1, 20), st.just(""), TIME)
STEP = st.one_of(BOOK, BOOK, BOOK, BOOK, MOVE, MOVE, MOVE, ANSWER, LENGTH, WAIT)
Step = tuple[str, int, str, tuple[str, int, int]]


class Walk:
    """One life of the village, told to the program and to the model at once."""

    def __init__(self, v: Village, people: list[Account]) -> None:
        self.v, self.people = v, people
        self.model = Model(at(START))
        self.mediators = {"xiaojiang": v.jiang, "zhaojie": v.zhao}

    async def live(self, steps: list[Step]) -> None:
        """Take every step; now and then, and at the end, look whether both worlds are the same."""
        for number, step in enumerate(steps, 1):
            with clock.moved_to(self.model.now):
                await self.take(step)
            if number % 10 == 0 or number == len(steps):
                with clock.moved_to(self.model.now):
                    await self.compare()

    async def take(self, step: Step) -> None:
        verb, n, what, time = step
        if verb == "wait":
            self.model.now += timedelta(hours=n)
        elif verb == "length":
            self.model.length[what] = n
            await self.v.slot_minutes(what, n)
        elif verb == "book":
            await self.book(self.people[n], what, self.start(what, *time))
        elif self.model.kept:
            id_ = list(self.model.kept)[n % len(self.model.kept)]
            kept = self.model.kept[id_]
            await self.change(verb, id_, kept, what, self.start(kept.studio, *time))

    def start(self, studio: str, day: str, number: int, late: int) -> datetime:
        """The start of a slot of that day, or nine where there is none."""
        slots = self.model.offered(studio, date.fromisoformat(day), at(START))
        begin = slots[number % len(slots)][0] if slots else at(f"{day} 09:00")
        return begin + timedelta(minutes=late)

    async def book(self, person: Account, studio: str, start: datetime) -> None:
        end = self.model.may_book(studio, start, person.id)
        made = await outcome(self.v.book(person, f"{clock.local(start):%Y-%m-%d %H:%M}", studio))
        if isinstance(made, Booking):
            assert made.ends_at == end, made
            self.model.kept[made.id] = Kept(studio, person.id, start, made.ends_at)
        else:
            assert end is None, f"{made!r}, but {studio} {start} is free"

    async def change(self, verb: str, id_: int, kept: Kept, by: str, start: datetime) -> None:
        model, mediation, key = self.model, self.v.mediation, self.v.key()
        author, mediator = Account(kept.author), self.mediators[kept.studio]
        future = kept.holds and kept.start > model.now
        if verb == "move":
            end = None
            if kept.holds and start != kept.start:
                end = model.slot(kept.studio, start, kept.author, 2 if by == "author" else 0, kept)
            if by == "author" and not (model.author_may(kept) and kept.moves < 3):
                end = None
            call = mediation.move(author if by == "author" else mediator, id_, key, start)
            if await self.agree(call, end is not None) and end:
                kept.start, kept.end, kept.moves = start, end, kept.moves + (by == "author")
                kept.accepted = kept.accepted and by != "author"
        elif verb == "cancel":
            kept.holds = not await self.agree(mediation.cancel(author, id_, key), model.author_may(kept)) and kept.holds
        elif verb == "decline":
            kept.holds = not await self.agree(mediation.decline(mediator, id_, key, "忙"), future) and kept.holds
        elif await self.agree(mediation.accept(mediator, id_, key), future and not kept.accepted):
            kept.accepted = True

    async def agree(self, call: Awaitable[Booking], expected: bool) -> bool:
        """Whether it was done, which must be what the model expects."""
        end = await outcome(call)
        assert isinstance(end, Booking) == expected, f"{end!r}, the model says {expected}"
        return expected

    async def compare(self) -> None:
        """Free days and slots, and no minute held twice."""
        for studio in STUDIOS:
            days = {d.day: d.free for d in await self.v.mediation.open_days(studio)}
            today = clock.local(self.model.now).date()
            expected = {d: len(self.model.free(studio, d)) for d in (today + timedelta(days=n) for n in range(32))}
            assert days == {day: free for day, free in expected.items() if free}
            for day in list(days)[:3]:
                slots = await self.v.mediation.slots(studio, day)
                assert [(slot.starts_at, slot.ends_at) for slot in slots] == self.model.free(studio, day)
        held = [row for row in await self.v.rows(BookingRow) if row.holds]
        assert {(r.id, r.starts_at, r.ends_at) for r in held} == {
            (id_, k.start, k.end) for id_, k in self.model.kept.items() if k.holds
        }
        for one, two in combinations(held, 2):
            if one.studio == two.studio or one.author_id == two.author_id:
                assert one.ends_at <= two.starts_at or two.ends_at <= one.starts_at


async def outcome(call: Awaitable[Booking]) -> Booking | Refusal:
    try:
        return await call
    except Refusal as refusal:
        return refusal


async def live(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/walk.db", Keyring(SECRET))
        try:
            async with database.engine.begin() as connection:
                await connection.run_sync(Base.metadata.create_all)
            async with village(database, START) as v:
                await Walk(v, await v.crowd(6)).live(steps)
        finally:
            await database.close()


# No shrinking: a walk takes a second, and the test's time would be over before the failure is told.
@settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), database=None, phases=[Phase.generate]
)
@given(st.lists(STEP, min_size=40, max_size=60))
def test_no_sequence_of_steps_holds_an_hour_twice_or_disagrees_with_the_model(steps: list[Step]) -> None:
    asyncio.run(live(steps))
