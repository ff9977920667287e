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

from bot.logs import outline
from bot.nursery import Nursery
from services import clock
from services.notices import Lane, Notice, Notices

log = structlog.get_logger()
SENT = Counter("zhitong_notices", "Notices by how they ended", ["channel", "outcome"])

PER_SECOND = 25
"""Messages a second over all chats of Telegram; its documented ceiling is about 30."""
CHAT_PAUSE = 1.05
"""Seconds between two notices to one chat; Telegram asks for about one a second."""
LONGEST_WAIT = timedelta(minutes=10)
"""Between two tries of one notice (county default)."""
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
        self._held = clock.now()
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
        self._held = max(self._held, clock.now() + timedelta(seconds=seconds))

    @property
    def held(self) -> timedelta:
        """Return for how long the channel wants to be left alone, nothing when it does not."""
        return max(timedelta(0), self._held - clock.now())


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
        """Send what is due now, where a channel does not want to be left alone; return how many were taken up."""
        open_channels = [name for name, pace in self._paces.items() if not pace.held]
        claimed = await self._notices.claim(self._owner, open_channels) if open_channels else []
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
        pace = self._paces[notice.channel]
        try:
            outgoing = await self._render(notice)
            if outgoing is not None:
                await pace.wait(notice.external_id)
                if pace.held:  # another one was told so meanwhile
                    return await self._later(notice, pace.held, "429")
                await self._bots[notice.channel].send_message(
                    int(notice.external_id), outgoing.text, reply_markup=outgoing.buttons
                )
        except TelegramRetryAfter as error:
            pace.hold(error.retry_after)
            return await self._later(notice, timedelta(seconds=error.retry_after), "429")
        except (TelegramForbiddenError, TelegramNotFound):
            await self._notices.blocked(notice)
            return "blocked"
        except TelegramBadRequest as error:
            await self._notices.refused(notice, error.message)
            return "failed"
        except (TelegramNetworkError, TelegramServerError, OSError, TimeoutError) as error:
            return await self._later(notice, _backoff(notice), type(error).__name__)
        except Exception as error:  # a fault of ours in one notice must not hold up the others
            log.error("notice at fault", notice=notice.id, kind=notice.kind, error=outline(error))
            return await self._later(notice, LONGEST_WAIT, type(error).__name__)
        if outgoing is None:
            await self._notices.dropped(notice, "nothing to tell any more")
            return "dropped"
        await self._notices.sent(notice)
        return "sent"

    async def _later(self, notice: Notice, wait: timedelta, why: str) -> str:
        await self._notices.postponed(notice, clock.now() + wait, why)
        return "postponed"


def _backoff(notice: Notice) -> timedelta:
    """Urgent notices are tried again sooner; each try waits twice as long as the one before."""
    first = timedelta(seconds=5 if notice.lane == Lane.URGENT else 30)
    longer: int = 2 ** min(notice.attempts - 1, 10)
    return min(first * longer, LONGEST_WAIT)
