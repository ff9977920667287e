"""The wire that is none: a session that answers sendMessage from memory, and people who wait for the answer."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from itertools import count
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Message

from services import clock

Deliver = Callable[[str, str, dict[str, Any]], Awaitable[object]]
"""Takes an update in: its id, its chat, and the update as Telegram would send it."""


class MemorySession(BaseSession):
    """Answers as Telegram would, at once, and tells whoever waits in that chat."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._numbers = count(1)

    def answer_to(self, chat_id: int) -> asyncio.Future[None]:
        """Return what is done as soon as the bot has said something in the chat."""
        self._waiting[chat_id] = asyncio.get_running_loop().create_future()
        return self._waiting[chat_id]

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """Answer sendMessage; nothing else is asked of it."""
        assert isinstance(method, SendMessage), method
        chat_id = int(method.chat_id)
        sent = {
            "message_id": next(self._numbers),
            "date": int(clock.now().timestamp()),
            "chat": {"id": chat_id, "type": "private"},
            "text": method.text,
        }
        waiting = self._waiting.pop(chat_id, None)
        if waiting and not waiting.done():
            waiting.set_result(None)
        return cast(TelegramType, Message.model_validate(sent, context={"bot": bot}))

    async def close(self) -> None:
        """Nothing to close."""

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        """Give nothing: there are no files here."""
        yield b""


class People:
    """Residents who each ask, wait for the answer, and ask again."""

    def __init__(self, session: MemorySession, deliver: Deliver) -> None:
        self._session = session
        self._deliver = deliver
        self._numbers = count(1)

    async def ask(self, chats: int, questions: Sequence[str]) -> list[float]:
        """Share the questions out over so many chats; return the seconds from each question to its answer."""
        shares = [questions[number::chats] for number in range(chats)]
        taken = await asyncio.gather(*(self._one(1000 + number, share) for number, share in enumerate(shares)))
        return [seconds for chat in taken for seconds in chat]

    async def _one(self, chat_id: int, questions: Sequence[str]) -> list[float]:
        taken = []
        for text in questions:
            update = self._update(chat_id, text)
            start = time.perf_counter()
            answer = self._session.answer_to(chat_id)
            await self._deliver(str(update["update_id"]), str(chat_id), update)
            await answer
            taken.append(time.perf_counter() - start)
        return taken

    def _update(self, chat_id: int, text: str) -> dict[str, Any]:
        number = next(self._numbers)
        person = {"id": chat_id, "is_bot": False, "first_name": "居民", "language_code": "zh-hans"}
        chat = {"id": chat_id, "type": "private", "first_name": "居民"}
        message = {"message_id": number, "date": int(clock.now().timestamp()), "chat": chat, "from": person}
        return {"update_id": number, "message": message | {"text": text}}
