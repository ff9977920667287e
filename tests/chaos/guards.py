"""The program's guards, each with a way to switch it off: so the chaos test shows that it can fail."""

import asyncio
import secrets
from collections.abc import Callable

from bot import inbox, telegram

LATE = 0.5
"""Seconds by which a careless program writes down what it has already acknowledged."""


class AcknowledgesFirst(telegram.Poller):
    """Confirms updates to Telegram before they are written down."""

    async def step(self) -> None:
        """Fetch, confirm, and only then write down."""
        updates = await self._bot(telegram.RawUpdates(offset=self._offset, timeout=5, allowed_updates=telegram.KINDS))
        if not updates:
            return
        self._offset = updates[-1]["update_id"] + 1
        await self._bot(telegram.RawUpdates(offset=self._offset, timeout=0, allowed_updates=telegram.KINDS))
        await asyncio.sleep(LATE)
        for update in updates:
            await self._receive("telegram", str(update["update_id"]), telegram.chat_of(update), update)


class Forgetful(inbox.Received):
    """An update whose key is another one each time that it is handled."""

    @property
    def key(self) -> str:
        """Return a key that nothing was ever created under."""
        return f"{super().key}:{secrets.token_hex(4)}"


def _acknowledge_first() -> None:
    telegram.Poller = AcknowledgesFirst  # type: ignore[misc]  # a guard switched off


def _forget_keys() -> None:
    inbox.Received = Forgetful  # type: ignore[misc]  # a guard switched off


OFF: dict[str, Callable[[], None]] = {"write before acknowledge": _acknowledge_first, "keys": _forget_keys}
