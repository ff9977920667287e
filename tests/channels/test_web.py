"""The web chat's events: who hears what, for how long, and that nobody is kept after leaving."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramNotFound
from aiogram.types import Update

from bot.channels.updates import document_update
from bot.channels.web import Changed, Event, Toast, Typing, WebSession
from services import clock
from services.accounts.tables import AccountRow
from services.db import Database
from services.files import Files
from tests.channels.conftest import CHAT, Channel
from tests.channels.test_contract import keyboard

NEVER = 3600.0


def session_of(channel: Channel) -> WebSession:
    assert isinstance(channel.bot.session, WebSession)
    return channel.bot.session


async def heard(events: AsyncIterator[Event], count: int) -> list[Event]:
    return [await anext(events) for _ in range(count)]


async def test_a_page_hears_of_its_own_chat_only(web_channel: Channel) -> None:
    session, bot = session_of(web_channel), web_channel.bot
    async with session.subscribe(CHAT, look_again=NEVER) as mine:
        await bot.send_message(CHAT + 1, "别人的")
        sent = await bot.send_message(CHAT, "您的", reply_markup=keyboard("a"))
        await bot.send_chat_action(CHAT, "typing")
        query = (await web_channel.press(sent.message_id, "a")).callback_query
        assert query is not None
        await query.answer("已记下", show_alert=True)
        await query.answer()
        await sent.edit_text("改了")
        await sent.delete()
        expected = [Changed(), Typing(), Toast("已记下", alert=True), Changed(), Changed()]
        assert await heard(mine, 5) == expected


async def test_two_pages_of_one_chat_both_hear(web_channel: Channel) -> None:
    session = session_of(web_channel)
    async with session.subscribe(CHAT, look_again=NEVER) as one, session.subscribe(CHAT, look_again=NEVER) as two:
        assert session.listening() == 2
        await session.typing(CHAT)
        assert await heard(one, 1) == await heard(two, 1) == [Typing()]


async def test_a_page_looks_again_even_if_nothing_was_said_here(web_channel: Channel) -> None:
    async with session_of(web_channel).subscribe(CHAT, look_again=0.01) as events:
        assert await heard(events, 2) == [Changed(), Changed()]


async def test_other_events_do_not_put_the_look_off(web_channel: Channel) -> None:
    session = session_of(web_channel)
    async with session.subscribe(CHAT, look_again=0) as events:
        await session.typing(CHAT)
        assert await heard(events, 1) == [Changed()]


async def test_a_page_that_left_is_forgotten(web_channel: Channel) -> None:
    session = session_of(web_channel)
    all_here = asyncio.Barrier(21)

    async def visit(chat_id: int) -> None:
        async with session.subscribe(chat_id, look_again=NEVER) as events:
            await all_here.wait()
            await anext(events)

    async with asyncio.TaskGroup() as group:
        visits = [group.create_task(visit(CHAT + n)) for n in range(20)]
        await all_here.wait()
        assert session.listening() == 20
        for going in visits:
            going.cancel()
    assert session.listening() == 0
    assert session._listeners == {}, "not even an empty place is kept for a visitor"


async def test_a_page_that_does_not_read_costs_no_memory_and_no_send(web_channel: Channel) -> None:
    session = session_of(web_channel)
    async with session.subscribe(CHAT, look_again=NEVER):
        for _ in range(1000):
            await session.typing(CHAT)
        assert sum(queue.qsize() for queue in session._listeners[CHAT]) <= 32


async def test_a_press_can_be_answered_for_a_quarter_of_an_hour(web_channel: Channel) -> None:
    sent = await web_channel.bot.send_message(CHAT, "选", reply_markup=keyboard("a"))
    query = (await web_channel.press(sent.message_id, "a")).callback_query
    assert query is not None
    start = clock.now()
    with clock.moved_to(start + timedelta(minutes=14)):
        assert await query.answer("好")
    with clock.moved_to(start + timedelta(minutes=16)), pytest.raises(TelegramBadRequest, match="query is too old"):
        await query.answer("好")


async def test_what_a_person_handed_in_can_be_loaded_by_its_id_only(web_channel: Channel, sqlite: Database) -> None:
    content = b"%PDF-1.7\n" + bytes(200_000)
    async with sqlite.transaction() as db:
        db.add(AccountRow(id=1, name=None, created_at=clock.now(), deleted_at=None))
    kept = await Files(sqlite).keep(1, "合同.pdf", content)
    payload = document_update(9, CHAT, CHAT, "访客", kept, 1, clock.now(), caption="合同")
    update = Update.model_validate(payload, context={"bot": web_channel.bot})
    assert update.message is not None
    assert update.message.document is not None
    assert update.message.document.file_name == "合同.pdf"
    loaded = await web_channel.bot.download(update.message.document)
    assert loaded is not None
    assert loaded.read() == content
    for path in ("/etc/passwd", "../../etc/passwd", f"{kept.id}/..", ""):
        with pytest.raises(TelegramNotFound):
            await web_channel.bot.download_file(path)
    for url in ("http://127.0.0.1:1/x", "file:///etc/passwd", kept.id):
        with pytest.raises(TelegramNotFound):
            await anext(session_of(web_channel).stream_content(url))
