"""Whose turn it is in one chat, among several replicas: a lock in Redis."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from redis.asyncio import Redis
from redis.exceptions import LockNotOwnedError

HELD_AT_MOST = 60.0
"""Seconds after which a turn is free again although its holder never gave it back."""


class SharedTurns:
    """Lets one replica at a time handle updates of a chat."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url)

    @asynccontextmanager
    async def take(self, channel: str, chat: str) -> AsyncIterator[None]:
        """Hold the chat's turn for the length of the block; raises redis' errors when Redis is away."""
        lock = self._redis.lock(f"zhitong:turn:{channel}:{chat}", timeout=HELD_AT_MOST, sleep=0.02)
        await lock.acquire()
        try:
            yield
        finally:
            with suppress(LockNotOwnedError):  # it took longer than HELD_AT_MOST
                await lock.release()

    async def close(self) -> None:
        """Give back the connections."""
        await self._redis.aclose()
