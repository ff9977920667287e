"""What the running application holds about a person, deleted with the rest of their data."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage import SqlStorage
from bot.transcript import Transcript
from services.privacy import Eraser

KEPT_BY_US = ("web", "terminal")
"""Channels whose messages are in our transcript; Telegram keeps its own, and the person deletes them there."""


def eraser(transcript: Transcript, storage: SqlStorage) -> Eraser:
    """Return what deletes the conversations of somebody's identities, in the transaction of the deletion."""

    async def erase(db: AsyncSession, identities: Sequence[tuple[str, str]]) -> None:
        for channel, external_id in identities:
            await storage.forget(db, external_id)
            if channel in KEPT_BY_US:
                await transcript.forget(db, channel, int(external_id))

    return erase
