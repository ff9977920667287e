"""What the fake Telegram knows: chats, their messages, waiting updates, files; and what people do there."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from services import clock

TOKEN = "42:an-invented-token"


class ApiError(Exception):
    """The Bot API refuses a call."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass
class Chat:
    """One private chat; the person has its id."""

    id: int
    name: str
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    last_message: int = 0
    blocked: bool = False


@dataclass
class World:
    """All state of the fake Telegram."""

    chats: dict[int, Chat] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    queries: set[str] = field(default_factory=set)
    answers: list[dict[str, Any]] = field(default_factory=list)
    webhook: dict[str, str] = field(default_factory=dict)
    commands: list[dict[str, str]] = field(default_factory=list)
    last_update: int = 1000
    polls: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def chat(self, chat_id: int, name: str = "阿珍") -> Chat:
        """Return a person's chat, opened if need be: bots may write only to those who wrote first."""
        return self.chats.setdefault(chat_id, Chat(chat_id, name))

    def store(self, chat: Chat, sender: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
        """Put a message into a chat and return it."""
        chat.last_message += 1
        message = {
            "message_id": chat.last_message,
            "date": int(clock.now().timestamp()),
            "chat": {"id": chat.id, "type": "private", "first_name": chat.name},
            "from": sender,
        } | content
        chat.messages[chat.last_message] = message
        return message

    def keep_file(self, name: str, content: bytes) -> dict[str, Any]:
        """Store a file and return its Document object."""
        file_id = f"file-{len(self.files) + 1}"
        self.files[file_id] = (name, content)
        return {"file_id": file_id, "file_unique_id": f"u-{file_id}", "file_name": name, "file_size": len(content)}

    def push(self, update: dict[str, Any]) -> dict[str, Any]:
        """Queue an update, whatever it holds; it gets the next id unless it has one."""
        self.last_update = max(self.last_update + 1, int(update.get("update_id", 0)))
        whole = {"update_id": self.last_update} | update
        self.updates.append(whole)
        self.wake()
        return whole

    def wake(self) -> None:
        """Let waiting polls look again."""
        self.changed.set()
        self.changed = asyncio.Event()

    def says(self, chat_id: int, content: dict[str, Any]) -> dict[str, Any]:
        """Let a person send a message of any kind."""
        chat = self.chat(chat_id)
        return self.push({"message": self.store(chat, _person(chat), content)})

    def text(self, chat_id: int, text: str) -> dict[str, Any]:
        """Let a person type."""
        content: dict[str, Any] = {"text": text}
        if text.startswith("/"):
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return self.says(chat_id, content)

    def document(self, chat_id: int, name: str, content: bytes, mime: str = "application/pdf") -> dict[str, Any]:
        """Let a person send a file."""
        return self.says(chat_id, {"document": self.keep_file(name, content) | {"mime_type": mime}})

    def voice(self, chat_id: int) -> dict[str, Any]:
        """Let a person send a voice message."""
        return self.says(chat_id, {"voice": self.keep_file("voice.ogg", b"OggS") | {"duration": 3}})

    def sticker(self, chat_id: int) -> dict[str, Any]:
        """Let a person send a sticker."""
        kind = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "👍"}
        return self.says(chat_id, {"sticker": self.keep_file("sticker.webp", b"RIFF") | kind})

    def location(self, chat_id: int) -> dict[str, Any]:
        """Let a person send a place."""
        return self.says(chat_id, {"location": {"latitude": 30.0, "longitude": 120.0}})

    def malformed(self, chat_id: int) -> dict[str, Any]:
        """Queue an update that no Bot API would send: a message without a date, from nobody."""
        return self.push({"message": {"message_id": "x", "chat": {"id": chat_id}}})

    def press(self, chat_id: int, index: int, message_id: int | None = None) -> dict[str, Any]:
        """Let a person press button `index` (from 0, row by row) of a message, by default the newest with buttons.

        Raises LookupError if there is none.
        """
        chat = self.chat(chat_id)
        message = chat.messages[message_id or self._newest_keyboard(chat)]
        button = [button for row in message["reply_markup"]["inline_keyboard"] for button in row][index]
        query_id = str(4_000_000_000 + self.last_update)
        self.queries.add(query_id)
        query = {
            "id": query_id,
            "from": _person(chat),
            "chat_instance": str(chat_id),
            "message": message,
            "data": button["callback_data"],
        }
        return self.push({"callback_query": query})

    @staticmethod
    def _newest_keyboard(chat: Chat) -> int:
        newest = [number for number, message in chat.messages.items() if "reply_markup" in message]
        if not newest:
            raise LookupError(f"no message with buttons in chat {chat.id}")
        return newest[-1]


def _person(chat: Chat) -> dict[str, Any]:
    return {"id": chat.id, "is_bot": False, "first_name": chat.name, "language_code": "zh-hans"}
