"""What came in: raw Bot API updates for the channels of our own, and numbers typed instead of a button pressed.

A payload is what the inbox stores; `Update.model_validate(payload, context={"bot": bot})` makes it an update.
Dates are aware datetimes. A message payload holds no secret key of its own: it belongs in the transcript first
(`Transcript.add(channel, chat_id, text_message(...), outgoing=False)`), which gives it its id.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.messages import Button
from services.files import StoredFile

_LONGEST_NUMBER = 3


@dataclass(frozen=True)
class QueryOrigin:
    """Where a press came from, read from the id of its query."""

    channel: str
    chat_id: int
    at: datetime


def visitor_id(name: str) -> int:
    """Return the user and chat id (52 bits) of a terminal visitor: the same name meets the same data again."""
    return int.from_bytes(hashlib.sha256(f"terminal:{name}".encode()).digest()[:8]) >> 12 or 1


def text_message(user_id: int, chat_id: int, name: str, text: str, date: datetime) -> dict[str, Any]:
    """Return a person's text as a Message object without its id."""
    return _envelope(user_id, chat_id, name, date) | {"text": _whole(text)}


def document_message(
    user_id: int, chat_id: int, name: str, file: StoredFile, date: datetime, caption: str | None = None
) -> dict[str, Any]:
    """Return a file that a person handed in as a Message object without its id."""
    document = {
        "file_id": file.id,
        "file_unique_id": file.id,
        "file_name": file.name,
        "mime_type": file.mime,
        "file_size": file.size,
    }
    message = _envelope(user_id, chat_id, name, date) | {"document": document}
    return message | {"caption": _whole(caption)} if caption else message


def message_update(update_id: int, message: dict[str, Any]) -> dict[str, Any]:
    """Return the update for a message as the transcript keeps it (`Entry.payload`)."""
    return {"update_id": update_id, "message": message}


def text_update(
    update_id: int, user_id: int, chat_id: int, name: str, text: str, message_id: int, date: datetime
) -> dict[str, Any]:
    """Return the update for a typed text."""
    return message_update(update_id, text_message(user_id, chat_id, name, text, date) | {"message_id": message_id})


def document_update(
    update_id: int,
    user_id: int,
    chat_id: int,
    name: str,
    file: StoredFile,
    message_id: int,
    date: datetime,
    caption: str | None = None,
) -> dict[str, Any]:
    """Return the update for a file that was handed in."""
    message = document_message(user_id, chat_id, name, file, date, caption)
    return message_update(update_id, message | {"message_id": message_id})


def press_update(
    update_id: int,
    user_id: int,
    chat_id: int,
    name: str,
    *,
    channel: str,
    message: dict[str, Any] | None,
    message_id: int,
    data: str,
    date: datetime,
) -> dict[str, Any]:
    """Return the update for a pressed button.

    `message` is the whole stored message with its keyboard, from `Transcript.press`; None (stale or forged) becomes
    the Bot API's inaccessible message, which handlers answer with "this button is out of date".
    """
    gone = {"chat": {"id": chat_id, "type": "private"}, "message_id": message_id, "date": 0}
    query = {
        "id": f"{channel}:{chat_id}:{int(date.timestamp())}:{update_id}",
        "from": _person(user_id, name),
        "chat_instance": f"{channel}:{chat_id}",
        "message": gone if message is None else message,
        "data": _whole(data),
    }
    return {"update_id": update_id, "callback_query": query}


def query_origin(query_id: str) -> QueryOrigin | None:
    """Read the id of a query that `press_update` made; None for any other text."""
    parts = query_id.split(":")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() for part in parts[1:]):
        return None
    try:
        return QueryOrigin(parts[0], int(parts[1]), datetime.fromtimestamp(int(parts[2]), UTC))
    except (ValueError, OverflowError, OSError):  # more digits than a date has
        return None


def numbered(text: str, buttons: Sequence[Button]) -> Button | None:
    """Return the button that a message means which is only a number (full-width digits and spaces allowed)."""
    typed = unicodedata.normalize("NFKC", text).strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_NUMBER):
        return None
    number = int(typed)
    return buttons[number - 1] if 1 <= number <= len(buttons) else None


def _whole(text: str) -> str:
    """Replace halves of a surrogate pair and NUL: JSON lets them in, and no database and no page can hold them."""
    return text.replace("\0", "\ufffd").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _envelope(user_id: int, chat_id: int, name: str, date: datetime) -> dict[str, Any]:
    return {
        "date": int(date.timestamp()),
        "chat": {"id": chat_id, "type": "private", "first_name": name},
        "from": _person(user_id, name),
    }


def _person(user_id: int, name: str) -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": name, "language_code": "zh-hans"}
