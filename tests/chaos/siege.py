"""The program under siege: people want things done, and it is killed again and again meanwhile."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import count
from pathlib import Path

from bot.nursery import Nursery
from knowledge import county, load
from services import clock
from services.accounts import Grant, Role
from services.crypto import Keyring
from services.db import Database
from services.house import Services, build
from services.migrations import migrate
from tests.chaos import ledger
from tests.chaos.people import BOOK, REGISTER, REQUEST, START, Person, Staff, Typed, cancelling
from tests.chaos.preloaded import Preloaded
from tests.conftest import SECRET
from tests.fake_telegram import TOKEN, FakeTelegram
from tests.process import until

MOMENT = datetime(2026, 11, 25, 10, tzinfo=clock.ZONE)
"""When every siege begins for the program: a working Wednesday, far from the quiet hours."""
SEATS = 6
"""People who want something at the same time."""
STAFF_CHAT, PEOPLE_CHAT = 100, 1000
SETTLES_WITHIN = 90.0
"""Seconds in which everything must be done once the program is left alone."""
COMES_WITHIN = 20.0
"""Seconds after which the wait for a moment ends without it."""

Moment = Callable[["Siege"], Callable[[], Awaitable[bool]]]


class Siege:
    """One program, one database, one fake Telegram, its people, and dice that a seed decides."""

    def __init__(self, folder: Path, url: str, telegram: FakeTelegram, seed: int, without: str = "") -> None:
        self.typed = Typed()
        self.telegram = telegram
        self.database = Database(url, Keyring(SECRET))
        self.hit = 0
        """Kills that found something half done."""
        self._dice = random.Random(seed)  # noqa: S311 (dice of a test)
        self.program = Preloaded(
            folder, moment=MOMENT, without=without, secret_key=SECRET, database_url=url,
            telegram_token=TOKEN, telegram_api=telegram.url,
        )  # fmt: skip
        self._chats = count(PEOPLE_CHAT)
        self._staff: list[Staff] = []
        self._over = asyncio.Event()
        self._busy: set[Person] = set()
        self.stuck: list[str] = []
        """What people saw last who had not come to an end although the program was left alone."""

    async def open(self) -> None:
        """Make the tables, hire staff, start the program and let the staff bind their chats."""
        await migrate(self.database)
        services = build(self.database, county.load(), load())
        with clock.moved_to(MOMENT):
            await services.mediation.seed()
            tokens = [await _hired(services, grant) for grant in _grants(services)]
        self.telegram.world.chat(0)
        await self.program.start()
        for number, token in enumerate(tokens):
            person = Staff(self.telegram.world, STAFF_CHAT + number, self.typed, self._fresh_dice())
            person.types(f"{START} bind_{token}")
            self._staff.append(person)
        await self._until_settled()

    async def endure(self, kills: int, moment: Moment | None = None) -> None:
        """Kill it so many times while people go on, then leave it alone until everything is done, and stop it.

        Without a `moment` the dice decide when.
        """
        nursery = Nursery()
        self.telegram.pause = 0.05  # a real messenger takes its time, and then a kill finds calls half way
        for person in self._staff:
            nursery.start(person.works(), "staff")
        seats = [nursery.start(self._seat(self._fresh_dice()), "seat") for _ in range(SEATS)]
        try:
            for _ in range(kills):
                await self._comes(moment)
                await self.program.kill()
                self.hit += await ledger.half_done(self.database)
                await self.program.start()
            await self.program.ready()
            self._over.set()
            await asyncio.wait(seats, timeout=SETTLES_WITHIN)
            self.stuck = [f"stuck: {person.transcript()}" for person in self._busy]
            await self._until_settled()
        finally:
            await nursery.close()
        assert await self.program.interrupt() == 0, self.program.output

    async def close(self) -> None:
        """End everything."""
        await self.program.close()
        await self.database.close()

    async def _comes(self, moment: Moment | None) -> None:
        """Wait for the moment of the next kill."""
        throw = self._dice.random()
        if moment is None and throw < 0.15:
            await asyncio.sleep(self._dice.uniform(0, 1))  # perhaps before it is ready
            return
        await self.program.ready()
        if moment is None and throw < 0.75:
            await asyncio.sleep(self._dice.uniform(0.2, 2.5))
            return
        await until((moment or confirming)(self), COMES_WITHIN, pause=0.01)

    async def _seat(self, dice: random.Random) -> None:
        while not self._over.is_set():
            person = Person(self.telegram.world, next(self._chats), self.typed, dice)
            self._busy.add(person)
            await person.settles(REGISTER)
            for _ in range(3):
                if not self._over.is_set():
                    await self._matter(person, dice)
            self._busy.discard(person)

    async def _matter(self, person: Person, dice: random.Random) -> None:
        if dice.random() < 0.5:
            await person.settles(REQUEST)
            return
        number = await person.settles(BOOK)
        if dice.random() < 0.3:
            await person.settles(cancelling(number))

    async def _until_settled(self) -> None:
        async def settled() -> bool:
            return not self.telegram.world.updates and await ledger.settled(self.database, MOMENT)

        await until(settled, SETTLES_WITHIN, pause=0.2)

    def _fresh_dice(self) -> random.Random:
        return random.Random(self._dice.random())  # noqa: S311 (dice of a test)


def confirming(siege: Siege) -> Callable[[], Awaitable[bool]]:
    """Return a watch for the moment at which something was made and its confirmation is under way."""
    return _saying(siege, "✅")


def handing_in(siege: Siege) -> Callable[[], Awaitable[bool]]:
    """Return a watch for the moment at which a request was made: the one thing that nothing but its key makes once.

    A slot is taken only once anyway, and a credit code registered only once.
    """
    return _saying(siege, "已提交：ZTC")


def _saying(siege: Siege, words: str) -> Callable[[], Awaitable[bool]]:
    before = len(siege.telegram.world.calls)

    async def under_way() -> bool:
        said = (call["params"].get("text", "") for call in siege.telegram.world.calls[before:])
        return any(words in text for text in said)

    return under_way


def unwritten(siege: Siege) -> Callable[[], Awaitable[bool]]:
    """Return a watch for the moment at which the program has confirmed an update that is not written down."""

    async def confirmed() -> bool:
        waiting = {update["update_id"] for update in siege.telegram.world.updates}
        taken = set(siege.typed.updates) - waiting
        return bool(taken) and not taken <= await ledger.written(siege.database)

    return confirmed


def _grants(services: Services) -> Sequence[Grant]:
    return [
        Grant(Role.DISPATCHER),
        *(Grant(Role.OFFICER, department=slug) for slug in services.county.departments),
        *(Grant(Role.MEDIATOR, studio=studio.slug) for studio in services.county.studios),
    ]


async def _hired(services: Services, grant: Grant) -> str:
    account = await services.accounts.hire("小周", grant)
    return await services.accounts.issue_link(account.id, "bind", minutes=600)


@asynccontextmanager
async def besieged(folder: Path, url: str, seed: int, without: str = "") -> AsyncIterator[Siege]:
    """Prepare a siege, and clear up after it."""
    async with FakeTelegram() as telegram:
        siege = Siege(folder, url, telegram, seed, without)
        try:
            await siege.open()
            yield siege
        finally:
            await siege.close()
