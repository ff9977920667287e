"""The fake Telegram itself: what other tests lean on must hold here first."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup
from aiohttp import web

from tests.channels.conftest import CHAT
from tests.fake_telegram import TOKEN, FakeTelegram

ROOT = Path(__file__).parents[2]


def plain_bot(url: str, token: str = TOKEN) -> Bot:
    """A bot without our own checks, so that the server's are met."""
    return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[Bot]:
    made = plain_bot(telegram.url)
    yield made
    await made.session.close()


async def control(url: str, what: str, **asked: Any) -> Any:
    async with aiohttp.ClientSession() as client, client.post(f"{url}/control/{what}", json=asked) as response:
        response.raise_for_status()
        return await response.json()


async def test_updates_come_again_until_the_offset_confirms_them(telegram: FakeTelegram, bot: Bot) -> None:
    first, second = telegram.world.text(CHAT, "一"), telegram.world.text(CHAT, "/start now")
    for _ in range(2):
        assert [u.update_id for u in await bot.get_updates()] == [first["update_id"], second["update_id"]]
    rest = await bot.get_updates(offset=second["update_id"])
    assert rest[0].message is not None
    assert (len(rest), rest[0].message.text) == (1, "/start now")
    assert await bot.get_updates(offset=second["update_id"] + 1) == []
    assert await bot.get_updates() == []


async def test_a_long_poll_wakes_when_somebody_writes(telegram: FakeTelegram, bot: Bot) -> None:
    polled = telegram.world.changed
    async with asyncio.TaskGroup() as group:
        polling = group.create_task(bot.get_updates(timeout=60))
        await polled.wait()
        telegram.world.text(CHAT, "在吗")
    assert len(polling.result()) == 1


async def test_a_newer_poll_ends_the_older(telegram: FakeTelegram, bot: Bot) -> None:
    polled = telegram.world.changed

    async def poll() -> None:
        with pytest.raises(TelegramConflictError):
            await bot.get_updates(timeout=60)

    async with asyncio.TaskGroup() as group:
        group.create_task(poll())
        await polled.wait()
        assert await bot.get_updates() == []


async def test_a_webhook_and_polling_exclude_each_other(telegram: FakeTelegram, bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:1/hook", secret_token="s")
    with pytest.raises(TelegramConflictError):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_a_webhook_gets_each_update_until_it_takes_it(telegram: FakeTelegram, bot: Bot) -> None:
    got: list[tuple[str | None, str]] = []
    answers = [200, 503, 200]

    async def hook(request: web.Request) -> web.Response:
        text = (await request.json())["message"]["text"]
        got.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), text))
        return web.Response(status=answers.pop(0))

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="s")
    telegram.world.text(CHAT, "一")
    telegram.world.text(CHAT, "二")
    assert await telegram.deliver() == [200, 503]
    assert await telegram.deliver() == [200]
    assert got == [("s", "一"), ("s", "二"), ("s", "二")]
    await runner.cleanup()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 429, "retry_after": 3}, TelegramRetryAfter),
        ({"status": 403}, TelegramForbiddenError),
        ({"status": 500}, TelegramServerError),
    ],
)
async def test_the_next_call_can_fail(
    telegram: FakeTelegram, bot: Bot, fault: dict[str, int], error: type[Exception]
) -> None:
    telegram.world.chat(CHAT)
    telegram.fail(method="sendMessage", **fault)
    assert await bot.get_me()
    with pytest.raises(error) as caught:
        await bot.send_message(CHAT, "一")
    assert getattr(caught.value, "retry_after", 3) == 3
    assert await bot.send_message(CHAT, "一")
    assert [call["ok"] for call in telegram.calls("sendMessage")] == [False, True]


@pytest.mark.parametrize(("when", "messages"), [("before", 0), ("after", 1)])
async def test_a_call_can_hang_before_or_after_its_effect(
    telegram: FakeTelegram, bot: Bot, when: str, messages: int
) -> None:
    chat = telegram.world.chat(CHAT)
    telegram.fail(method="sendMessage", hang=when)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(CHAT, "一", request_timeout=1)
    assert len(chat.messages) == messages


async def test_only_people_who_wrote_can_be_written_to(telegram: FakeTelegram, bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(CHAT, "你好")
    telegram.world.chat(CHAT).blocked = True
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(CHAT, "你好")


@pytest.mark.parametrize(
    ("text", "data", "words"),
    [
        ("", "a", "message text is empty"),
        ("字" * 4097, "a", "message is too long"),
        ("<script>", "a", "can't parse entities"),
        ("好", "字" * 22, "BUTTON_DATA_INVALID"),
    ],
)
async def test_the_server_is_strict_by_itself(
    telegram: FakeTelegram, bot: Bot, text: str, data: str, words: str
) -> None:
    telegram.world.chat(CHAT)
    markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="按", callback_data=data)]])
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.send_message(CHAT, text, reply_markup=markup, parse_mode="HTML")


async def test_a_wrong_token_is_refused(telegram: FakeTelegram) -> None:
    stranger = plain_bot(telegram.url, "43:other")
    with pytest.raises(TelegramUnauthorizedError):
        await stranger.get_me()
    await stranger.session.close()


async def test_all_kinds_of_input_are_updates(telegram: FakeTelegram, bot: Bot) -> None:
    world = telegram.world
    for say in (world.voice, world.sticker, world.location):
        say(CHAT)
    world.document(CHAT, "合同.pdf", b"%PDF")
    messages = [update.message for update in await bot.get_updates()]
    assert [message.content_type for message in messages if message] == ["voice", "sticker", "location", "document"]
    assert messages[3] is not None
    assert messages[3].document is not None
    loaded = await bot.download(messages[3].document)
    assert loaded is not None
    assert loaded.read() == b"%PDF"


async def test_commands_are_kept(telegram: FakeTelegram, bot: Bot) -> None:
    assert await bot.set_my_commands([BotCommand(command="start", description="开始")])
    assert telegram.world.commands == [{"command": "start", "description": "开始"}]


async def test_as_a_process_it_is_steered_over_http(tmp_path: Path) -> None:
    state = tmp_path / "telegram.json"
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fake_telegram", "0", str(state), cwd=ROOT
    )
    try:
        while not state.exists():
            assert server.returncode is None
            await asyncio.sleep(0.05)
        url = json.loads(state.read_text())["url"]
        bot = plain_bot(url)
        await control(url, "text", chat_id=CHAT, text="你好")
        await control(url, "malformed", chat_id=CHAT)
        markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="按", callback_data="x")]])
        await bot.send_message(CHAT, "选", reply_markup=markup)
        pressed = await control(url, "press", chat_id=CHAT, index=0)
        assert pressed["callback_query"]["message"]["text"] == "选"
        await control(url, "fail", method="getMe", status=500)
        with pytest.raises(TelegramServerError):
            await bot.get_me()
        async with aiohttp.ClientSession() as client, client.get(f"{url}/control/calls") as response:
            calls = await response.json()
        assert [(call["method"], call["ok"]) for call in calls] == [("sendMessage", True), ("getMe", False)]
        assert calls[0]["params"]["text"] == "选"
        await bot.session.close()
    finally:
        server.terminate()
        await server.wait()
