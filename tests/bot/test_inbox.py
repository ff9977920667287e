"""The inbox: an update is written before it is handled, handled in order, once, and again after what passes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from aiogram.fsm.storage.base import StorageKey
from sqlalchemy import select, text

from bot.inbox import BROKEN_AFTER, Inbox, InboxRow, Received
from bot.nursery import Nursery
from bot.storage import SqlStorage
from services import clock
from services.db import Database

KEY = StorageKey(bot_id=2, chat_id=5, user_id=5)


class Passing(Exception):
    """Something that will be back in a moment."""


@dataclass
class Desk:
    """An inbox with a handler of the test's own."""

    inbox: Inbox
    storage: SqlStorage
    handled: list[str] = field(default_factory=list)
    sorry: list[str] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    during: Callable[[Received], Awaitable[None]] | None = None
    quick: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, received: Received) -> None:
        if self.during:
            await self.during(received)
        if self.faults:
            raise self.faults.pop(0)
        self.handled.append(received.external_id)
        if received.chat == "quick":
            self.quick.set()

    async def apologise(self, received: Received) -> None:
        self.sorry.append(received.external_id)

    async def gets(self, *ids: str, chat: str = "5") -> None:
        for one in ids:
            await self.inbox.receive("web", one, chat, {"text": f"机密 {one}"})


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    """An inbox on a real database."""
    nursery = Nursery()
    storage = SqlStorage(database, exclusive=False)
    made = Desk(inbox=None, storage=storage)  # type: ignore[arg-type]  # it needs the desk's own methods, next line
    made.inbox = Inbox(
        database,
        storage,
        nursery,
        "me",
        handle=made.handle,
        apologise=made.apologise,
        passing=lambda error: isinstance(error, Passing),
    )
    yield made
    await nursery.close()


async def test_updates_of_a_chat_are_handled_in_order_and_once(desk: Desk) -> None:
    await desk.gets("1", "2", "3", "2", "1")
    await desk.inbox.drained()
    assert desk.handled == ["1", "2", "3"]


async def test_a_slow_chat_does_not_hold_up_another(desk: Desk) -> None:
    gate = asyncio.Event()

    async def slow(received: Received) -> None:
        if received.chat == "slow":
            await gate.wait()

    desk.during = slow
    await desk.gets("s", chat="slow")
    await desk.gets("q", chat="quick")
    async with asyncio.timeout(10):
        await desk.quick.wait()
    assert desk.handled == ["q"]
    gate.set()
    await desk.inbox.drained()
    assert desk.handled == ["q", "s"]


async def test_what_passes_is_waited_for_and_the_order_kept(desk: Desk) -> None:
    desk.faults = [Passing(), Passing()]
    await desk.gets("1", "2")
    await desk.inbox.drained()
    assert desk.handled == ["1", "2"]
    assert desk.sorry == []


async def test_a_fault_of_ours_is_tried_thrice_then_told_and_left(desk: Desk, database: Database) -> None:
    desk.faults = [ValueError("电话 13812345678") for _ in range(BROKEN_AFTER)]
    await desk.gets("1", "2")
    await desk.inbox.drained()
    assert desk.handled == ["2"]
    assert desk.sorry == ["1"]
    async with database.reading() as db:
        broken = await db.scalar(select(InboxRow).order_by(InboxRow.id).limit(1))
    assert broken is not None
    assert broken.error == "ValueError"
    assert broken.done_at is not None


async def test_a_text_is_unreadable_while_it_waits_and_gone_when_it_is_done(desk: Desk, database: Database) -> None:
    seen: list[bytes] = []

    async def look(_received: Received) -> None:
        async with database.reading() as db:
            seen.append(bytes(await db.scalar(text("SELECT payload FROM inbox")) or b""))

    desk.during = look
    await desk.gets("1")
    await desk.inbox.drained()
    assert seen[0]
    assert "机密".encode() not in seen[0]
    async with database.reading() as db:
        assert await db.scalar(text("SELECT payload FROM inbox")) is None


async def test_the_state_is_written_with_the_done_mark_and_not_before(desk: Desk, database: Database) -> None:
    other = SqlStorage(database, exclusive=False)

    async def change(_received: Received) -> None:
        before = await desk.storage.get_state(KEY)
        await desk.storage.set_state(KEY, f"{before or ''}+")

    desk.during = change
    desk.faults = [Passing()]
    await desk.gets("1")
    await desk.inbox.drained()
    assert await other.get_state(KEY) == "+", "the first try's change of state was lost with it"


async def test_what_a_dead_process_left_is_taken_over_in_order(desk: Desk, database: Database) -> None:
    async with database.transaction() as db:
        for number in (1, 2):
            db.add(
                InboxRow(
                    channel="web", external_id=f"old{number}", chat="5", payload={"text": "旧"}, owner="dead",
                    received_at=clock.now(),
                )
            )  # fmt: skip
        db.add(
            InboxRow(channel="web", external_id="theirs", chat="6", payload={}, owner="alive", received_at=clock.now())
        )

    async def dead(ids: set[str]) -> set[str]:
        return ids & {"dead"}

    assert await desk.inbox.recover(dead, ["web"]) == 2
    await desk.inbox.drained()
    assert desk.handled == ["old1", "old2"]
    assert await desk.inbox.recover(dead, ["web"]) == 0


async def test_a_row_that_was_committed_while_the_caller_was_told_otherwise_is_taken_up_when_it_comes_again(
    desk: Desk, database: Database
) -> None:
    async with database.transaction() as db:
        db.add(
            InboxRow(
                channel="web", external_id="lost", chat="5", payload={"text": "机密"}, owner="me",
                received_at=clock.now(),
            )
        )  # fmt: skip
    assert not await desk.inbox.receive("web", "lost", "5", {"text": "机密"})
    assert await desk.inbox.known("web", "lost")
    await desk.inbox.drained()
    assert desk.handled == ["lost"]


async def test_one_update_sent_eight_times_at_once_is_handled_once(desk: Desk) -> None:
    took = await asyncio.gather(*(desk.inbox.receive("web", "1", "5", {"text": "同一条"}) for _ in range(8)))
    await desk.inbox.drained()
    assert took.count(True) == 1
    assert desk.handled == ["1"]
