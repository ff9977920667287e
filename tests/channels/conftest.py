"""The three channels as one kind of thing: a bot, a chat, and what the person sees there. Only the wire is ours."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode
from aiogram.types import Update

from bot.channels.telegram import telegram_session
from bot.channels.terminal import TerminalSession
from bot.channels.updates import press_update, visitor_id
from bot.channels.web import WebSession
from bot.transcript import Transcript
from services import clock
from services.db import Database
from services.files import Files
from tests.fake_telegram import TOKEN, FakeTelegram

CHAT = visitor_id("阿珍")
HTML = DefaultBotProperties(parse_mode=ParseMode.HTML)


@dataclass
class Channel:
    """A channel under test."""

    name: str
    bot: Bot
    transcript: Transcript | None = None
    telegram: FakeTelegram | None = None
    out: io.StringIO | None = None

    async def seen(self, message_id: int) -> dict[str, Any] | None:
        """Return a message as the person's side has it, None if it is gone."""
        if self.telegram is not None:
            return self.telegram.world.chat(CHAT).messages.get(message_id)
        assert self.transcript is not None
        entry = await self.transcript.get(self.name, CHAT, message_id)
        return None if entry is None else entry.payload

    async def press(self, message_id: int, data: str) -> Update:
        """Let the person press a button; return the update that the dispatcher would get."""
        if self.telegram is not None:
            message = self.telegram.world.chat(CHAT).messages[message_id]
            buttons = [button for row in message["reply_markup"]["inline_keyboard"] for button in row]
            index = [button.get("callback_data") for button in buttons].index(data)
            payload = self.telegram.world.press(CHAT, index, message_id)
        else:
            assert self.transcript is not None
            payload = press_update(
                7,
                CHAT,
                CHAT,
                "阿珍",
                channel=self.name,
                message=await self.transcript.press(self.name, CHAT, message_id, data),
                message_id=message_id,
                data=data,
                date=clock.now(),
            )
        return Update.model_validate(payload, context={"bot": self.bot})


@pytest.fixture
def transcript(sqlite: Database) -> Transcript:
    """The transcript on an SQLite file."""
    return Transcript(sqlite)


@pytest.fixture
def files(sqlite: Database) -> Files:
    """People's files on the same database."""
    return Files(sqlite)


@pytest.fixture
async def telegram_channel() -> AsyncIterator[Channel]:
    """Telegram: aiogram's session against the fake server over HTTP. The person has written once."""
    async with FakeTelegram() as telegram:
        telegram.world.text(CHAT, "/start")
        bot = Bot(TOKEN, session=telegram_session(telegram.url), default=HTML)
        yield Channel("telegram", bot, telegram=telegram)
        await bot.session.close()


@pytest.fixture
def web_channel(transcript: Transcript, files: Files) -> Channel:
    """The web chat."""
    return Channel("web", Bot("2:web", session=WebSession(transcript, files), default=HTML), transcript)


@pytest.fixture
def terminal_channel(transcript: Transcript, files: Files) -> Channel:
    """The terminal, printing into a string."""
    out = io.StringIO()
    session = TerminalSession(transcript, files, out, CHAT)
    return Channel("terminal", Bot("3:terminal", session=session, default=HTML), transcript, out=out)


@pytest.fixture(params=["telegram", "web", "terminal"])
def channel(request: pytest.FixtureRequest) -> Channel:
    """Each channel in turn."""
    found: Channel = request.getfixturevalue(f"{request.param}_channel")
    return found
