"""A notice row becomes a message: lanes, the channels' limits, retries, and a record of how it ended."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Protocol

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import InlineKeyboardMarkup
from prometheus_client import Counter

from bot.nursery import Nursery
from services import clock
from services.notices import Lane, Notice, Notices

log = structlog.get_logger()
SENT = Counter("zhitong_notices", "Notices by how they ended", ["channel", "outcome"])

PER_SECOND = 25
"""Messages a second over all chats of Telegram; its documented ceiling is about 30."""
CHAT_PAUSE = 1.05
"""Seconds between two notices to one chat; Telegram asks for about one a second."""
IDLE = 1.0
"""Seconds between two looks at the table when nobody pokes."""


class Outgoing(Protocol):
    """A message ready to be sent."""

    @property
    def text(self) -> str: ...
    @property
    def buttons(self) -> InlineKeyboardMarkup | None: ...


Render = Callable[[Notice], Awaitable[Outgoing | None]]
"""Makes the message of a notice as things stand now; None when there is nothing to tell any more."""


class Pace:
    """How fast a channel may be written to: a rate over all chats and a pause within one chat."""

    def __init__(self, per_second: float, chat_pause: float) -> None:
        self._gap = 1 / per_second
        self._chat_pause = chat_pause
        self._next = 0.0
        self._chats: dict[str, float] = {}

    async def wait(self, chat: str) -> None:
        """Wait for this chat's turn (seconds on the monotonic clock)."""
        moment = time.monotonic()
        at = max(moment, self._next, self._chats.get(chat, 0.0))
        self._next = max(self._next, moment) + self._gap
        self._chats[chat] = at + self._chat_pause
        if len(self._chats) > 1000:
            self._chats = {name: free for name, free in self._chats.items() if free > moment}
        if at > moment:
            await asyncio.sleep(at - moment)

    def hold(self, seconds: float) -> None:
        """Send nothing for a while, as the channel asked."""
        self._next = max(self._next, time.monotonic() + seconds)


class Courier:
    """Sends notices through the bots it is given, by channel."""

    def __init__(self, notices: Notices, bots: Mapping[str, Bot], render: Render, owner: str) -> None:
        self._notices = notices
        self._bots = bots
        self._render = render
        self._owner = owner
        self._poked = asyncio.Event()
        self._paces = {name: Pace(PER_SECOND, CHAT_PAUSE) if name == "telegram" else Pace(500, 0) for name in bots}

    def start(self, nursery: Nursery) -> None:
        """Go on sending until the nursery closes."""
        nursery.forever(self._step, "courier")

    def poke(self) -> None:
        """Look at the table now."""
        self._poked.set()

    async def deliver(self) -> int:
        """Send what is due now; return how many notices were taken up."""
        claimed = await self._notices.claim(self._owner, list(self._bots))
        await asyncio.gather(*(self._one(notice) for notice in claimed))
        return len(claimed)

    async def _step(self) -> None:
        if await self.deliver():
            return
        try:
            async with asyncio.timeout(IDLE):
                await self._poked.wait()
        except TimeoutError:
            return
        finally:
            self._poked.clear()

    async def _one(self, notice: Notice) -> None:
        outcome = await self._try(notice)
        SENT.labels(notice.channel, outcome).inc()
        if outcome in ("failed", "blocked"):
            log.warning("notice not sent", notice=notice.id, kind=notice.kind, outcome=outcome)

    async def _try(self, notice: Notice) -> str:
        outgoing = await self._render(notice)
        if outgoing is None:
            await self._notices.dropped(notice, "nothing to tell any more")
            return "dropped"
        pace = self._paces[notice.channel]
        await pace.wait(notice.external_id)
        try:
            await self._bots[notice.channel].send_message(
                int(notice.external_id), outgoing.text, reply_markup=outgoing.buttons
            )
        except TelegramRetryAfter as error:
            pace.hold(error.retry_after)
            await self._notices.postponed(notice, clock.now() + timedelta(seconds=error.retry_after), "429")
            return "postponed"
        except (TelegramForbiddenError, TelegramNotFound):
            await self._notices.blocked(notice)
            return "blocked"
        except TelegramBadRequest as error:
            await self._notices.refused(notice, error.message)
            return "failed"
        except (TelegramNetworkError, TelegramServerError, OSError, TimeoutError) as error:
            await self._notices.postponed(notice, clock.now() + _backoff(notice), type(error).__name__)
            return "postponed"
        await self._notices.sent(notice)
        return "sent"


def _backoff(notice: Notice) -> timedelta:
    """Urgent notices are tried again sooner."""
    return timedelta(seconds=5 if notice.lane == Lane.URGENT else 30)
