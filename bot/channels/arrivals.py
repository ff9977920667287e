"""What arrives through our own channels, written into the transcript and made an update."""

from typing import Any

from bot.channels import updates
from bot.transcript import Transcript
from services import clock
from services.files import StoredFile

NAME = "访客"


class Arrivals:
    """Makes updates of what a visitor of one channel types, presses or hands in."""

    def __init__(self, transcript: Transcript, channel: str) -> None:
        self._transcript = transcript
        self._channel = channel

    async def text(self, chat_id: int, update_id: int, text: str) -> dict[str, Any]:
        """Return the update for a typed line; a line that is only the number of a button presses it."""
        button = updates.numbered(text, await self._transcript.latest_buttons(self._channel, chat_id))
        if button is not None and button.data is not None:
            return await self.press(chat_id, update_id, button.message_id, button.data)
        message = updates.text_message(chat_id, chat_id, NAME, text, clock.now())
        return await self._said(chat_id, update_id, message)

    async def file(self, chat_id: int, update_id: int, file: StoredFile) -> dict[str, Any]:
        """Return the update for a file that was stored."""
        message = updates.document_message(chat_id, chat_id, NAME, file, clock.now())
        return await self._said(chat_id, update_id, message)

    async def press(self, chat_id: int, update_id: int, message_id: int, data: str) -> dict[str, Any]:
        """Return the update for a pressed button."""
        return updates.press_update(
            update_id,
            chat_id,
            chat_id,
            NAME,
            channel=self._channel,
            message=await self._transcript.press(self._channel, chat_id, message_id, data),
            message_id=message_id,
            data=data,
            date=clock.now(),
        )

    async def _said(self, chat_id: int, update_id: int, message: dict[str, Any]) -> dict[str, Any]:
        entry = await self._transcript.add(self._channel, chat_id, message, outgoing=False)
        return updates.message_update(update_id, entry.payload)
