"""The transcript: what was said in the chats that we keep ourselves (web, terminal), encrypted.

Telegram keeps its own. Message ids are allocated here because an edit may come weeks and restarts later. Every add,
edit and delete gives its message the chat's next version, so a page can ask what changed after the one it knows.
"""

import mimetypes
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import Button, ChatRow, Entry, MessageRow, SentFile, SentFileRow, buttons_of
from services import clock
from services.db import Database, insert

_LARGEST_ID = 2**63 - 1


class NoSuchMessage(LookupError):
    """The chat has no such message, or no longer."""


class NotEditable(Exception):
    """The message is not the bot's own, or has no text to replace."""


class NotModified(Exception):
    """The edit would change nothing."""


class Transcript:
    """Keeps the messages of the channels. All methods are safe under concurrency and in several replicas."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, channel: str, chat_id: int, payload: dict[str, Any], *, outgoing: bool) -> Entry:
        """Store a message (a Message object without `message_id`) and return it with its new id."""
        buttons = "reply_markup" in payload
        menu: Any = ChatRow.menu_id
        if outgoing and buttons:
            menu = ChatRow.last_message + 1
        elif outgoing:  # a question put after the person spoke ends the older menu: "2" is then an answer to it
            menu = case((ChatRow.spoken, None), else_=ChatRow.menu_id)
        async with self._database.transaction() as db:
            message_id, version = await _step(
                db,
                channel,
                chat_id,
                first={"last_message": 1, "menu_id": 1 if outgoing and buttons else None, "spoken": not outgoing},
                then={"last_message": ChatRow.last_message + 1, "menu_id": menu, "spoken": not outgoing},
            )
            row = MessageRow(
                channel=channel,
                chat_id=chat_id,
                message_id=message_id,
                version=version,
                deleted=False,
                outgoing=outgoing,
                at=clock.now(),
                payload=payload | {"message_id": message_id},
            )
            db.add(row)
        return _entry(row)

    async def edit(self, channel: str, chat_id: int, message_id: int, changes: dict[str, Any]) -> Entry:
        """Replace fields of a message sent by the bot (None removes a field) and return it as it is now.

        Raises NoSuchMessage, NotEditable, NotModified.
        """
        async with self._database.transaction() as db:
            row, version = await self._touched(db, channel, chat_id, message_id)
            if not row.outgoing or ("text" in changes and "text" not in row.payload):
                raise NotEditable
            after = {name: value for name, value in (row.payload | changes).items() if value is not None}
            if after == row.payload:
                raise NotModified
            if "reply_markup" in after:
                await _set_chat(db, channel, chat_id, menu_id=message_id, spoken=False)
            moment = clock.now()
            row.payload, row.version = after | {"edit_date": int(moment.timestamp())}, version
        return _entry(row)

    async def delete(self, channel: str, chat_id: int, message_id: int) -> Entry:
        """Delete a message: its content goes, its place stays so that open pages learn of it. Raises NoSuchMessage."""
        async with self._database.transaction() as db:
            row, version = await self._touched(db, channel, chat_id, message_id)
            row.version, row.deleted, row.payload = version, True, {}
        return _entry(row)

    async def get(self, channel: str, chat_id: int, message_id: int) -> Entry | None:
        """Return a message, or None if the chat has none of that id or it was deleted."""
        async with self._database.reading() as db:
            row = await _find(db, channel, chat_id, message_id)
            return None if row is None else _entry(row)

    async def press(self, channel: str, chat_id: int, message_id: int, data: str) -> dict[str, Any] | None:
        """Note that the person pressed a button and return the Message object it belongs to.

        None means that this message has no such button (any more): the press is stale or forged.
        """
        async with self._database.transaction() as db:
            await _set_chat(db, channel, chat_id, spoken=True)
            row = await _find(db, channel, chat_id, message_id)
        if row is None or data not in [button.data for button in buttons_of(row.payload)]:
            return None
        return row.payload

    async def since(self, channel: str, chat_id: int, version: int, limit: int = 100) -> list[Entry]:
        """Return what changed after a version, deletions too, oldest change first, at most `limit` changes."""
        changes = _of(channel, chat_id).where(MessageRow.version > version).order_by(MessageRow.version).limit(limit)
        async with self._database.reading() as db:
            return [_entry(row) for row in await db.scalars(changes)]

    async def recent(self, channel: str, chat_id: int, limit: int = 50) -> list[Entry]:
        """Return the newest messages that were not deleted, oldest first: what a page shows when it opens."""
        rows = _of(channel, chat_id).where(MessageRow.deleted.is_(False)).order_by(MessageRow.message_id.desc())
        async with self._database.reading() as db:
            return [_entry(row) for row in await db.scalars(rows.limit(limit))][::-1]

    async def latest_buttons(self, channel: str, chat_id: int) -> list[Button]:
        """Return the buttons that a typed number means now.

        They are those of the newest message with buttons, unless the bot has since answered the person without any.
        """
        async with self._database.reading() as db:
            chat = await db.get(ChatRow, (channel, chat_id))
            row = None if chat is None or chat.menu_id is None else await _find(db, channel, chat_id, chat.menu_id)
            return [] if row is None else buttons_of(row.payload)

    async def attach(self, channel: str, chat_id: int, name: str, content: bytes) -> str:
        """Keep a file that the bot sends and return its id."""
        row = SentFileRow(
            id=f"sent-{secrets.token_hex(16)}",
            channel=channel,
            chat_id=chat_id,
            name=name,
            content=content,
            at=clock.now(),
        )
        async with self._database.transaction() as db:
            db.add(row)
        return row.id

    async def attachment(self, channel: str, file_id: str) -> SentFile | None:
        """Return a file that the bot sent; who may have it is told by its `chat_id`."""
        async with self._database.reading() as db:
            row = await db.get(SentFileRow, file_id)
        if row is None or row.channel != channel:
            return None
        mime = mimetypes.guess_type(row.name)[0] or "application/octet-stream"
        return SentFile(row.id, row.chat_id, row.name, mime, row.content)

    async def forget(self, db: AsyncSession, channel: str, chat_id: int) -> None:
        """Delete everything said in a chat, in the caller's transaction. Open pages see each message go."""
        # Each message takes a version of its own, so that `since` can page through them.
        room = {"last_version": ChatRow.last_version + ChatRow.last_message, "menu_id": None}
        last_message, version = await _step(db, channel, chat_id, first={"last_message": 0}, then=room)
        await db.execute(
            update(MessageRow)
            .where(MessageRow.channel == channel, MessageRow.chat_id == chat_id)
            .values(deleted=True, payload={}, version=version - last_message + MessageRow.message_id)
        )
        await db.execute(delete(SentFileRow).where(SentFileRow.channel == channel, SentFileRow.chat_id == chat_id))

    async def sweep(self, before: datetime) -> None:
        """Remove what was said before a moment (aware), marks of deleted messages too. The counters stay."""
        async with self._database.transaction() as db:
            await db.execute(delete(MessageRow).where(MessageRow.at < before))
            await db.execute(delete(SentFileRow).where(SentFileRow.at < before))

    @staticmethod
    async def _touched(db: AsyncSession, channel: str, chat_id: int, message_id: int) -> tuple[MessageRow, int]:
        """Return a message and the version its change shall have; the chat is locked until the transaction ends."""
        if not _possible(message_id):
            raise NoSuchMessage
        _, version = await _step(db, channel, chat_id, first={"last_message": 0}, then={})
        row = await _find(db, channel, chat_id, message_id)
        if row is None:
            raise NoSuchMessage
        return row, version


async def _step(
    db: AsyncSession, channel: str, chat_id: int, *, first: dict[str, Any], then: dict[str, Any]
) -> tuple[int, int]:
    """Move a chat's counters in one statement and return (last message, last version).

    The row stays locked until the transaction ends, so versions become visible in their order.
    """
    fresh = {"channel": channel, "chat_id": chat_id, "last_version": 1, "menu_id": None, "spoken": False} | first
    row = await db.execute(
        insert(db, ChatRow)
        .values(**fresh)
        .on_conflict_do_update(
            index_elements=["channel", "chat_id"], set_={"last_version": ChatRow.last_version + 1} | then
        )
        .returning(ChatRow.last_message, ChatRow.last_version)
    )
    last_message, last_version = row.one()
    return last_message, last_version


def _possible(message_id: int) -> bool:
    return 0 < message_id <= _LARGEST_ID  # a page may send any number, and no column holds a larger one


async def _set_chat(db: AsyncSession, channel: str, chat_id: int, **values: Any) -> None:
    await db.execute(update(ChatRow).where(ChatRow.channel == channel, ChatRow.chat_id == chat_id).values(**values))


async def _find(db: AsyncSession, channel: str, chat_id: int, message_id: int) -> MessageRow | None:
    row = await db.get(MessageRow, (channel, chat_id, message_id)) if _possible(message_id) else None
    return None if row is None or row.deleted else row


def _of(channel: str, chat_id: int) -> Select[MessageRow]:
    return select(MessageRow).where(MessageRow.channel == channel, MessageRow.chat_id == chat_id)


def _entry(row: MessageRow) -> Entry:
    return Entry(row.chat_id, row.message_id, row.version, row.deleted, row.outgoing, row.at, row.payload)
