"""Single statements of many callers: committed together, each for itself when one is at fault."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest
from sqlalchemy import bindparam, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from services import clock
from services.accounts.tables import AccountRow, ConsentRow
from services.db import Database, insert_once
from services.faq.tables import QuestionRow
from services.group_commit import GroupCommit, Write

COUNT = select(func.count()).select_from(QuestionRow)


def question(number: int) -> dict[str, Any]:
    """A question as it is logged."""
    return {
        "key": f"web:{number}", "account_id": None, "channel": "web", "text": "老板拖欠工资", "outcome": "none",
        "entry": None, "score": 0.0, "at": clock.now(),
    }  # fmt: skip


async def test_a_write_is_there_when_it_returns_and_names_the_new_row_once(database: Database) -> None:
    store = insert_once(database, QuestionRow, "key")
    first = await database.write(store, question(1))
    assert await database.write(store, question(1), lasting=False) is None
    found = await database.fetch(select(QuestionRow.id).where(QuestionRow.key == bindparam("key")), {"key": "web:1"})
    assert [row.id for row in found] == [first]


async def test_fifty_at_once_each_get_their_own_row(database: Database) -> None:
    store = insert_once(database, QuestionRow, "key")
    ids = await asyncio.gather(*(database.write(store, question(n), lasting=bool(n % 2)) for n in range(50)))
    assert len(set(ids)) == 50
    assert (await database.fetch(COUNT, {}))[0][0] == 50


async def test_those_who_wait_share_a_transaction() -> None:
    sizes = []

    async def commit(writes: Sequence[Write]) -> list[Any]:
        sizes.append(len(writes))
        await asyncio.sleep(0)
        return [write.values["n"] for write in writes]

    group = GroupCommit(commit, lambda _error: False)
    results = await asyncio.gather(*(group.write(text(""), {"n": n}, lasting=True) for n in range(50)))
    assert results == list(range(50))
    assert len(sizes) < 5


async def test_one_at_fault_fails_alone(database: Database) -> None:
    store = insert_once(database, QuestionRow, "key")
    orphan = insert(ConsentRow.__table__)  # type: ignore[arg-type]  # a declarative table is a Table
    nobody = {"account_id": 404, "version": "1", "channel": "web", "at": clock.now()}
    results = await asyncio.gather(
        database.write(store, question(1)),
        database.write(orphan, nobody),
        database.write(store, question(2)),
        return_exceptions=True,
    )
    assert isinstance(results[1], IntegrityError)
    assert (await database.fetch(COUNT, {}))[0][0] == 2
    assert {type(results[0]), type(results[2])} == {int}


async def test_who_gives_up_takes_nobody_along(database: Database) -> None:
    store = insert_once(database, QuestionRow, "key")
    writes = [asyncio.ensure_future(database.write(store, question(n))) for n in range(20)]
    await asyncio.sleep(0)
    writes[0].cancel()
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert all(isinstance(result, int) for result in results[1:])


async def test_it_takes_turns_with_ordinary_transactions(database: Database) -> None:
    store = insert_once(database, QuestionRow, "key")

    async def count_one() -> None:
        async with database.transaction() as db:
            db.add(AccountRow(created_at=clock.now()))
            await db.flush()
            await asyncio.sleep(0.001)
            await db.execute(update(AccountRow).values(created_at=clock.now()))

    await asyncio.gather(*(count_one() for _ in range(5)), *(database.write(store, question(n)) for n in range(20)))
    assert (await database.fetch(COUNT, {}))[0][0] == 20


async def test_a_lasting_write_waits_for_the_disk_and_another_does_not(database: Database) -> None:
    if database.sqlite:
        return
    async with database.transaction() as db:
        name = await db.scalar(text("SELECT current_database()"))
        await db.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = on"))  # the tests' server says off
    await database.engine.dispose()
    asked = text("SELECT current_setting('synchronous_commit')")
    assert await database.write(asked, {}) == "on"
    assert await database.write(asked, {}, lasting=False) == "off"


@pytest.mark.parametrize("hot", [True, False])
async def test_a_restarted_server_is_not_noticed(database: Database, hot: bool) -> None:
    if database.sqlite:
        return
    await asyncio.gather(*(database.fetch(COUNT, {}) for _ in range(3)))
    address = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    other = await asyncpg.connect(address)
    await other.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    await other.close()
    await asyncio.sleep(0.1)
    if hot:
        assert (await database.fetch(COUNT, {}))[0][0] == 0
    else:
        async with database.reading() as db:
            assert await db.scalar(COUNT) == 0
