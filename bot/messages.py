"""What the transcript is made of: its tables, and a message, a button and a sent file as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.db import Base, Id, Moment, Sealed, SealedBytes, SealedJson


class ChatRow(Base):
    """The counters of one chat. They outlive the messages, so that no id and no version is given twice."""

    __tablename__ = "chats"
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    chat_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    last_message: Mapped[int] = mapped_column(BigInteger)
    last_version: Mapped[int] = mapped_column(BigInteger)
    menu_id: Mapped[int | None] = mapped_column(BigInteger)
    """The message whose buttons a typed number means."""
    spoken: Mapped[bool] = mapped_column()
    """Whether the person spoke (or pressed) and nothing was sent since."""


class MessageRow(Base):
    """One message, as the Bot API's Message object. A deleted one keeps its place and loses its content."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_changes", "channel", "chat_id", "version"),)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    chat_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInteger)
    deleted: Mapped[bool] = mapped_column(default=False)
    outgoing: Mapped[bool] = mapped_column()
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(SealedJson)


class SentFileRow(Base):
    """A file that the bot sent into a chat, kept as long as the messages."""

    __tablename__ = "sent_files"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    chat_id: Mapped[int] = mapped_column(Id, index=True)
    name: Mapped[str] = mapped_column(Sealed)
    content: Mapped[bytes] = mapped_column(SealedBytes)
    at: Mapped[datetime] = mapped_column(Moment, index=True)


@dataclass(frozen=True)
class Button:
    """One button of a message: it sends `data` or opens `url`."""

    message_id: int
    text: str
    data: str | None
    url: str | None


@dataclass(frozen=True)
class Entry:
    """A message as kept. `payload` is the Bot API's Message object, empty when deleted."""

    chat_id: int
    message_id: int
    version: int
    deleted: bool
    outgoing: bool
    at: datetime
    payload: dict[str, Any]

    @property
    def buttons(self) -> list[Button]:
        """Return the buttons of the message, row by row."""
        return buttons_of(self.payload)


@dataclass(frozen=True)
class SentFile:
    """A file that the bot sent into a chat."""

    id: str
    chat_id: int
    name: str
    mime: str
    content: bytes


def buttons_of(message: Mapping[str, Any]) -> list[Button]:
    """Return the buttons of a Bot API Message object, row by row."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [
        Button(message["message_id"], button["text"], button.get("callback_data"), button.get("url"))
        for row in rows
        for button in row
    ]
