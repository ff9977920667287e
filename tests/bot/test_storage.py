"""The state of conversations: memory and SQL agree, and changes are written only with the done mark."""

import asyncio

import pytest
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage, StorageKey
from aiogram.fsm.storage.memory import MemoryStorage
from sqlalchemy import select, text

from bot.storage import FsmRow, SqlStorage, collecting, sweep
from services import clock
from services.db import Database

KEY = StorageKey(bot_id=2, chat_id=2**40, user_id=2**40)


class Asking(StatesGroup):
    name = State()


@pytest.fixture(params=["memory", "sql", "sql alone"])
def storage(request: pytest.FixtureRequest, database: Database) -> BaseStorage:
    """aiogram's own storage and ours, with and without a cache."""
    return MemoryStorage() if request.param == "memory" else SqlStorage(database, exclusive="alone" in request.param)


async def test_state_and_data_are_kept_and_cleared(storage: BaseStorage) -> None:
    assert await storage.get_state(KEY) is None
    assert await storage.get_data(KEY) == {}
    await storage.set_state(KEY, Asking.name)
    await storage.set_data(KEY, {"name": "张三", "list": [1]})
    assert await storage.get_state(KEY) == "Asking:name"
    assert await storage.get_data(KEY) == {"name": "张三", "list": [1]}
    await storage.set_state(KEY, None)
    await storage.set_data(KEY, {})
    assert await storage.get_state(KEY) is None
    assert await storage.get_data(KEY) == {}


async def test_two_bots_and_two_destinies_do_not_share_a_state(database: Database) -> None:
    storage = SqlStorage(database, exclusive=False)
    others = [
        StorageKey(bot_id=3, chat_id=KEY.chat_id, user_id=KEY.user_id),
        StorageKey(bot_id=2, chat_id=KEY.chat_id, user_id=KEY.user_id, destiny="other"),
    ]
    await storage.set_state(KEY, "here")
    assert [await storage.get_state(other) for other in others] == [None, None]


async def test_twenty_first_writes_at_once_do_not_fail(storage: BaseStorage) -> None:
    await asyncio.gather(*(storage.set_state(KEY, f"state{number}") for number in range(20)))
    assert (await storage.get_state(KEY) or "").startswith("state")


async def test_changing_what_was_read_changes_nothing(storage: BaseStorage) -> None:
    await storage.set_data(KEY, {"step": 1})
    (await storage.get_data(KEY))["step"] = 2
    assert await storage.get_data(KEY) == {"step": 1}


@pytest.mark.parametrize("exclusive", [True, False])
async def test_what_is_collected_is_seen_inside_and_lost_without_the_done_mark(
    database: Database, exclusive: bool
) -> None:
    storage = SqlStorage(database, exclusive=exclusive)
    await storage.set_state(KEY, "before")
    with collecting() as lost:
        await storage.set_state(KEY, "after")
        assert await storage.get_state(KEY) == "after"
    assert lost.changed
    assert await storage.get_state(KEY) == "before"
    with collecting() as kept:
        await storage.set_state(KEY, "after")
    async with database.transaction() as db:
        await storage.write(db, kept)
    storage.remember(kept)
    assert await storage.get_state(KEY) == "after"
    assert await SqlStorage(database, exclusive=False).get_state(KEY) == "after"


async def test_a_half_filled_form_cannot_be_read_in_the_database_and_is_swept_in_time(database: Database) -> None:
    storage = SqlStorage(database, exclusive=False)
    await storage.set_data(KEY, {"phone": "13812345678"})
    async with database.reading() as db:
        raw = await db.scalar(text("SELECT data FROM fsm"))
        assert b"13812345678" not in bytes(raw or b"")
    await sweep(database, clock.now())
    async with database.reading() as db:
        assert await db.scalar(select(FsmRow.key)) is None
