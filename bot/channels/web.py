"""The web chat: messages go to the transcript, and open pages are told that there is something to fetch.

Toasts and "typing" reach only pages connected to this process at that moment. Other replicas write to the same
transcript, so every subscription also says `Changed` at least every two seconds.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from bot.channels.base import ChannelSession
from bot.messages import Entry
from bot.transcript import Transcript
from services.files import Files

LOOK_AGAIN = 2.0
"""Seconds after which a page looks into the transcript unasked."""

_WAITING_EVENTS = 32
"""What a page that reads slowly may miss is a toast; what it shows comes from the transcript."""


@dataclass(frozen=True)
class Changed:
    """The transcript may have changed: ask it what is new after the version you know."""


@dataclass(frozen=True)
class Typing:
    """The bot is at work."""


@dataclass(frozen=True)
class Toast:
    """The short answer to a press; `alert` wants to be closed by hand."""

    text: str
    alert: bool


Event = Changed | Typing | Toast


class WebSession(ChannelSession):
    """The session of the web chat."""

    name = "web"

    def __init__(self, transcript: Transcript, files: Files) -> None:
        super().__init__(transcript, files)
        self._listeners: dict[int, set[asyncio.Queue[Event]]] = {}

    async def show(self, message: Entry, *, text_changed: bool) -> None:
        """Tell the chat's pages."""
        self.changed(message.chat_id)

    async def vanish(self, message: Entry) -> None:
        """Tell the chat's pages."""
        self.changed(message.chat_id)

    async def toast(self, chat_id: int, text: str, *, alert: bool) -> None:
        """Show a toast on the chat's pages."""
        self._publish(chat_id, Toast(text, alert))

    async def typing(self, chat_id: int) -> None:
        """Show "typing" on the chat's pages."""
        self._publish(chat_id, Typing())

    def changed(self, chat_id: int) -> None:
        """Wake the chat's pages; also called by whoever wrote the person's own message into the transcript."""
        self._publish(chat_id, Changed())

    def listening(self) -> int:
        """Return how many pages are connected to this process."""
        return sum(len(queues) for queues in self._listeners.values())

    @asynccontextmanager
    async def subscribe(self, chat_id: int, *, look_again: float = LOOK_AGAIN) -> AsyncIterator[AsyncIterator[Event]]:
        """Give the chat's events from now on, without end, and `Changed` at least every `look_again` seconds."""
        queue: asyncio.Queue[Event] = asyncio.Queue(_WAITING_EVENTS)
        self._listeners.setdefault(chat_id, set()).add(queue)
        events = _events(queue, look_again)
        try:
            yield events
        finally:
            await events.aclose()
            self._listeners[chat_id].discard(queue)
            if not self._listeners[chat_id]:
                del self._listeners[chat_id]

    def _publish(self, chat_id: int, event: Event) -> None:
        for queue in self._listeners.get(chat_id, ()):
            with suppress(asyncio.QueueFull):
                queue.put_nowait(event)


async def _events(queue: asyncio.Queue[Event], look_again: float) -> AsyncGenerator[Event, None]:
    loop = asyncio.get_running_loop()
    due = loop.time() + look_again
    while True:
        event: Event = Changed()
        if loop.time() < due:  # a steady stream of other events must not put the look off
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    event = await queue.get()
        if isinstance(event, Changed):
            due = loop.time() + look_again
        yield event
