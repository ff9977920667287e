"""What the running application holds about a person, deleted with the rest of their data."""

from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage import SqlStorage
from bot.transcript import Transcript
from services.privacy import Eraser

Identities = Sequence[tuple[str, str]]

KEPT_BY_US = ("web", "terminal")
"""Channels whose messages are in our transcript; Telegram keeps its own, and the person deletes them there."""


def eraser(transcript: Transcript, storage: SqlStorage, forget: Callable[[Identities], None]) -> Eraser:
    """Return what deletes the conversations of somebody's identities, in the transaction of the deletion.

    `forget` drops what is remembered of who is behind them.
    """

    async def erase(db: AsyncSession, identities: Identities) -> None:
        forget(identities)
        for channel, external_id in identities:
            await storage.forget(db, external_id)
            if channel in KEPT_BY_US:
                await transcript.forget(db, channel, int(external_id))

    return erase
