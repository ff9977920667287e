"""What is away comes back: Telegram with its 429s and silences, the database in the middle of a step."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import InlineKeyboardMarkup
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from bot import telegram
from bot.channels.telegram import telegram_session
from bot.courier import Courier
from bot.dispatcher import PROPERTIES
from bot.main import Application
from bot.settings import Settings
from services import clock
from services.accounts import Accounts
from services.db import Database
from services.files import FileRow
from services.notices import GIVE_UP_AFTER, Lane, Notice, NoticeRow, Notices, tell
from tests.conftest import SECRET
from tests.conversations.walks import PDF, at, registers
from tests.fake_telegram import TOKEN, FakeTelegram
from tests.talking import Heard, Town, delivered


@pytest.fixture(autouse=True)
def _tuesday_morning() -> Iterator[None]:
    with at(2026, 11, 24, 10):
        yield


class Words:
    text = "提醒"
    buttons: InlineKeyboardMarkup | None = None


async def _told(database: Database, channel: str, who: str, *, lane: Lane = Lane.URGENT, about: int = 1) -> None:
    account = await Accounts(database).meet(channel, who)
    async with database.transaction() as db:
        tell(db, account.id, "thing", subject=("thing", about), key=f"{who}:{about}", lane=lane)


async def _states(database: Database) -> list[str]:
    async with database.reading() as db:
        return list(await db.scalars(select(NoticeRow.state).order_by(NoticeRow.id)))


@pytest.fixture
async def post(town: Town) -> AsyncIterator[tuple[Courier, FakeTelegram, Town]]:
    """A courier to Telegram and to the web chat."""

    async def render(notice: Notice) -> Words:
        if notice.subject_id == 13:
            raise KeyError("a fault of ours")
        return Words()

    async with FakeTelegram() as server:
        bot = Bot(TOKEN, session=telegram_session(server.url), default=PROPERTIES)
        bots = {"telegram": bot, "web": town.application.channels["web"].bot}
        yield Courier(Notices(town.application.database), bots, render, "1"), server, town
        await bot.session.close()


async def test_a_telegram_that_asks_for_an_hour_holds_up_nobody_else(
    post: tuple[Courier, FakeTelegram, Town],
) -> None:
    courier, server, town = post
    database = town.application.database
    for chat in range(1, 8):
        server.world.text(chat, "/start")
        await _told(database, "telegram", str(chat))
    server.fail(method="sendMessage", status=429, retry_after=3600)
    async with asyncio.timeout(30):
        await courier.deliver()
    asked = len(server.calls("sendMessage"))
    assert asked <= 2, "who was told to wait does not go on asking"
    await _told(database, "web", "2001", about=2)
    async with asyncio.timeout(30):
        await courier.deliver()
    assert (await _states(database))[-1] == "sent"
    assert len(server.calls("sendMessage")) == asked
    with clock.moved_to(clock.now() + timedelta(seconds=3700)):
        async with asyncio.timeout(60):
            while await courier.deliver():
                pass
    assert set(await _states(database)) == {"sent"}


async def test_a_messenger_that_is_away_for_an_afternoon_loses_no_notice(
    post: tuple[Courier, FakeTelegram, Town],
) -> None:
    courier, server, town = post
    server.world.text(1, "/start")
    await _told(town.application.database, "telegram", "1")
    server.fail(method="sendMessage", status=500, times=GIVE_UP_AFTER + 5)
    tries = 0
    for minute in range(240):
        with clock.moved_to(clock.now() + timedelta(minutes=minute)):
            tries += await courier.deliver()
    assert tries == GIVE_UP_AFTER + 6
    assert await _states(town.application.database) == ["sent"]


async def test_a_notice_at_fault_holds_up_no_other(post: tuple[Courier, FakeTelegram, Town]) -> None:
    courier, _, town = post
    database = town.application.database
    for about in (13, 14):
        await _told(database, "web", "2001", about=about)
    assert await courier.deliver() == 2
    assert await _states(database) == ["waiting", "sent"]
    assert await courier.deliver() == 0, "it is not tried at once again"


async def test_a_step_whose_answer_fails_is_taken_once(town: Town) -> None:
    """The messenger fails after the file was noted, before the person saw it: the next try does not note it twice."""
    boss = town.person()
    await registers(boss)
    await boss.clicks("提交诉求")
    for press in ("劳动用工", "都不是", "一般，按"):
        await boss.clicks(press)
    await boss.says("有员工要加班费")
    session = boss._bot.session
    assert isinstance(session, Heard)
    show = session.show
    failed: list[int] = []

    async def away(*args: Any, **kwargs: Any) -> None:
        if not failed:
            failed.append(1)
            raise ConnectionResetError
        await show(*args, **kwargs)

    session.show = away  # type: ignore[method-assign]  # the outage
    await boss.sends_file("合同.pdf", PDF)
    assert failed
    assert "合同.pdf" in boss.screen
    assert boss.screen.count("合同.pdf") == boss.screen.count("提交诉求（"), boss.screen
    await boss.clicks("完成")
    await boss.clicks("确认提交")
    [line] = await town.services.requests.mine(await boss.account())
    view = await town.services.requests.read(await boss.account(), line.id)
    assert len(view.attachments) == 1
    async with town.application.database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(FileRow)) == 1


@pytest.mark.parametrize("fails", range(6))
async def test_a_database_that_fails_anywhere_in_a_step_makes_one_request(town: Town, fails: int) -> None:
    """The n-th write transaction of the last step fails once, before it is committed."""
    boss = town.person()
    await registers(boss)
    await boss.clicks("提交诉求")
    for press in ("劳动用工", "都不是", "一般，按"):
        await boss.clicks(press)
    for said in ("有员工要加班费", "跳过"):
        await boss.says(said)
    database, count = town.application.database, 0
    transaction = database.transaction

    def shaky() -> Any:
        nonlocal count
        count += 1
        if count == fails + 1:
            raise OperationalError("", {}, ConnectionResetError())
        return transaction()

    update = await boss._arrivals.text(boss.chat_id, town.next_update(), "确认提交")
    database.transaction = shaky  # type: ignore[method-assign]  # the outage
    await boss._receive(update)
    async with asyncio.timeout(30):
        await town.application.inbox.drained()
    del database.transaction
    requests = await town.services.requests.mine(await boss.account())
    assert len(requests) == 1
    await boss.looks()


class Wire:
    """The program with a real Telegram session to a fake server, fed as the poller feeds it."""

    def __init__(self, folder: Path, server: FakeTelegram) -> None:
        settings = Settings(
            data_dir=folder,
            database_url=f"sqlite+aiosqlite:///{folder}/town.db",
            secret_key=SecretStr(SECRET),
            telegram_token=SecretStr(TOKEN),
            telegram_api=server.url,
        )
        self.application = Application(settings, book=delivered())
        self.application.serve_channels()
        self.application.assemble()
        self.server = server
        self.poller = telegram.Poller(self.application.channels["telegram"].bot, self.application.inbox.receive)

    async def works(self) -> None:
        """Fetch what waits, and handle it."""
        while self.server.world.updates:
            await self.poller.step()
            self.server.world.updates = [
                u for u in self.server.world.updates if u["update_id"] >= (self.poller._offset or 0)
            ]
        async with asyncio.timeout(60):
            await self.application.inbox.drained()

    def texts(self, chat: int) -> list[str]:
        """Return what stands in a chat from the bot."""
        return [
            m["text"] for m in self.server.world.chat(chat).messages.values() if m["from"]["is_bot"] and "text" in m
        ]


@pytest.fixture
async def wire(town: Town, tmp_path: Path) -> AsyncIterator[Wire]:
    """The program over the town's database, with Telegram in place of the web chat."""
    async with FakeTelegram() as server:
        made = Wire(tmp_path, server)
        await made.application.enter(None)
        yield made
        await made.application.leave()


@pytest.mark.parametrize(
    "fault", [{"status": 429, "retry_after": 1}, {"status": 500}, {"status": 502}, {"status": 504}]
)
async def test_telegram_fails_while_it_is_answered(wire: Wire, fault: dict[str, int]) -> None:
    wire.server.fail(method="sendMessage", times=3, **fault)
    wire.server.world.text(5, "主菜单")
    wire.server.world.text(5, "找人工")
    await wire.works()
    said = wire.texts(5)
    assert len(said) == 2
    assert not any("系统出了差错" in text for text in said)


async def test_who_blocked_the_bot_stops_nothing(wire: Wire) -> None:
    wire.server.world.text(5, "主菜单")
    wire.server.world.chat(5).blocked = True
    wire.server.world.text(6, "主菜单")
    await wire.works()
    assert wire.texts(5) == []
    assert len(wire.texts(6)) == 1


@pytest.mark.parametrize(
    "update",
    [
        {"message": {"message_id": "x"}},
        {"message": "x"},
        {"callback_query": {"message": "x"}},
        {"message": {"chat": "x"}},
        {"callback_query": {"from": "x"}},
        {"message": None},
        {"message": {"chat": {"id": "\ud800"}}},
        {"edited_message": []},
        {
            "callback_query": {
                "id": "1",
                "from": {"id": 5, "is_bot": False, "first_name": "x"},
                "chat_instance": "1",
                "data": "go:menu:",
            }
        },
        {},
    ],
)
async def test_a_malformed_update_stops_no_other(wire: Wire, update: dict[str, Any]) -> None:
    wire.server.world.push(update)
    wire.server.world.text(5, "主菜单")
    await wire.works()
    assert len(wire.texts(5)) == 1


async def test_odd_texts_of_telegram_break_nothing(wire: Wire) -> None:
    for text in ("\x00工资", "\u202e\u200b", "/start form-move", "/start " + "x" * 4000, "<b>", "字" * 4096):
        wire.server.world.text(5, text)
    await wire.works()
    said = wire.texts(5)
    assert len(said) >= 6
    assert not any("系统出了差错" in text for text in said)
