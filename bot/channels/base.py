"""What the channels of our own have in common: the Bot API on top of the transcript.

A subclass only says how a person gets to see what happened: `show`, `vanish`, `toast`, `typing`. Everything a
handler sends is answered as Telegram would answer it, with objects bound to the bot.
"""

import functools
from abc import abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import timedelta
from typing import Any, ClassVar, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge, TelegramNotFound
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    GetFile,
    GetMe,
    SendChatAction,
    SendDocument,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import InputFile
from pydantic import TypeAdapter

from bot.channels.strict import Checked, check
from bot.channels.updates import query_origin
from bot.messages import Entry
from bot.transcript import NoSuchMessage, NotEditable, NotModified, Transcript
from services import clock
from services.errors import NotFound
from services.files import Files

QUERY_LIFE = timedelta(minutes=15)
"""How long a press may be answered; about what Telegram allows."""

MAX_FILE_BYTES = 50 * 1024 * 1024
"""The Bot API's limit for a file that a bot sends."""

_LARGEST_ID = 2**63 - 1
_REFUSALS: dict[type[Exception], str] = {
    NotModified: "message is not modified",
    NotEditable: "message can't be edited",
}

Render = Callable[[Bot, Any, Checked], Awaitable[Any]]


class ChannelSession(BaseSession):
    """A session whose messages live in the transcript. `name` is the channel's name in every table."""

    name: ClassVar[str]

    def __init__(self, transcript: Transcript, files: Files) -> None:
        super().__init__(api=TelegramAPIServer(base=f"{self.name}:{{method}}", file=f"{self.name}-file:{{path}}"))
        self._transcript = transcript
        self._files = files
        self._renderers: dict[type[TelegramMethod[Any]], Render] = {
            GetMe: self._get_me,
            SendMessage: self._send_message,
            SendDocument: self._send_document,
            SendPhoto: self._send_photo,
            EditMessageText: self._edit_text,
            EditMessageReplyMarkup: self._edit_keyboard,
            DeleteMessage: self._delete_message,
            AnswerCallbackQuery: self._answer_query,
            SendChatAction: self._send_chat_action,
            GetFile: self._get_file,
        }

    @abstractmethod
    async def show(self, message: Entry, *, text_changed: bool) -> None:
        """Let the person see a message that was sent or edited; without `text_changed` only its keyboard is new."""

    @abstractmethod
    async def vanish(self, message: Entry) -> None:
        """Let the person see that a message was deleted."""

    @abstractmethod
    async def toast(self, chat_id: int, text: str, *, alert: bool) -> None:
        """Show the short answer to a press."""

    @abstractmethod
    async def typing(self, chat_id: int) -> None:
        """Show that the bot is at work."""

    async def close(self) -> None:
        """Nothing to release: the database belongs to the application."""

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """Do what a Bot API call asks for; raises TelegramBadRequest in Telegram's words."""
        render = self._renderers.get(type(method))
        if render is None:
            raise _bad(method, f"{method.__api_method__} is not supported on {self.name}")
        raw = await render(bot, method, check(bot, method))
        return cast(TelegramType, _returning(type(method)).validate_python(raw, context={"bot": bot}))

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """Give the bytes of a file known by its id. There is no way from here to a path or to the network."""
        file_id = url.removeprefix(f"{self.name}-file:")
        known = None if file_id == url else await self._load(file_id)
        if known is None:
            raise TelegramNotFound(method=GetFile(file_id=file_id), message="Not Found")
        for start in range(0, len(known[1]), chunk_size):
            yield known[1][start : start + chunk_size]

    async def _get_me(self, bot: Bot, method: GetMe, checked: Checked) -> dict[str, Any]:
        return self._myself(bot)

    def _myself(self, bot: Bot) -> dict[str, Any]:
        return {"id": bot.id, "is_bot": True, "first_name": "直通", "username": f"zhitong_{self.name}_bot"}

    async def _send_message(self, bot: Bot, method: SendMessage, checked: Checked) -> dict[str, Any]:
        return await self._send(bot, method, {"text": checked.text} | _filled("entities", checked), checked)

    async def _send_document(self, bot: Bot, method: SendDocument, checked: Checked) -> dict[str, Any]:
        kept = await self._kept(bot, method, method.document)
        return await self._send(bot, method, {"document": kept} | _caption(checked), checked)

    async def _send_photo(self, bot: Bot, method: SendPhoto, checked: Checked) -> dict[str, Any]:
        kept = await self._kept(bot, method, method.photo)
        size = kept | {"width": 0, "height": 0}  # nobody here measures pictures; a browser does
        return await self._send(bot, method, {"photo": [size]} | _caption(checked), checked)

    async def _send(
        self, bot: Bot, method: SendMessage | SendDocument | SendPhoto, content: dict[str, Any], checked: Checked
    ) -> dict[str, Any]:
        chat_id = _chat(method, method.chat_id)
        payload = {
            "date": int(clock.now().timestamp()),
            "chat": {"id": chat_id, "type": "private"},
            "from": self._myself(bot),
        }
        entry = await self._transcript.add(self.name, chat_id, payload | content | _keyboard(checked), outgoing=True)
        await self.show(entry, text_changed=True)
        return entry.payload

    async def _edit_text(self, bot: Bot, method: EditMessageText, checked: Checked) -> dict[str, Any]:
        changes = {"text": checked.text, "entities": checked.entities or None, "reply_markup": checked.keyboard}
        return await self._edit(method, changes)

    async def _edit_keyboard(self, bot: Bot, method: EditMessageReplyMarkup, checked: Checked) -> dict[str, Any]:
        return await self._edit(method, {"reply_markup": checked.keyboard})

    async def _edit(self, method: EditMessageText | EditMessageReplyMarkup, changes: dict[str, Any]) -> dict[str, Any]:
        if method.message_id is None:
            raise _bad(method, "message identifier is not specified")
        chat_id = _chat(method, method.chat_id)
        try:
            entry = await self._transcript.edit(self.name, chat_id, method.message_id, changes)
        except NoSuchMessage:
            raise _bad(method, "message to edit not found") from None
        except (NotModified, NotEditable) as refusal:
            raise _bad(method, _REFUSALS[type(refusal)]) from None
        await self.show(entry, text_changed="text" in changes)
        return entry.payload

    async def _delete_message(self, bot: Bot, method: DeleteMessage, checked: Checked) -> bool:
        try:
            entry = await self._transcript.delete(self.name, _chat(method, method.chat_id), method.message_id)
        except NoSuchMessage:
            raise _bad(method, "message to delete not found") from None
        await self.vanish(entry)
        return True

    async def _answer_query(self, bot: Bot, method: AnswerCallbackQuery, checked: Checked) -> bool:
        origin = query_origin(method.callback_query_id)
        if origin is None or origin.channel != self.name or clock.now() - origin.at > QUERY_LIFE:
            raise _bad(method, "query is too old and response timeout expired or query id is invalid")
        if method.text:
            await self.toast(origin.chat_id, method.text, alert=bool(method.show_alert))
        return True

    async def _send_chat_action(self, bot: Bot, method: SendChatAction, checked: Checked) -> bool:
        await self.typing(_chat(method, method.chat_id))
        return True

    async def _get_file(self, bot: Bot, method: GetFile, checked: Checked) -> dict[str, Any]:
        known = await self._load(method.file_id)
        if known is None:
            raise _bad(method, "invalid file_id")
        return _file(method.file_id, len(known[1])) | {"file_path": method.file_id}

    async def _kept(self, bot: Bot, method: SendDocument | SendPhoto, source: InputFile | str) -> dict[str, Any]:
        """Return the Bot API's Document object of a file to send, stored first unless it is an id given out before."""
        chat_id = _chat(method, method.chat_id)
        if isinstance(source, str):
            known = await self._load(source)
            if known is None:
                raise _bad(method, "wrong file identifier/HTTP URL specified")
            return _file(source, len(known[1])) | {"file_name": known[0]}
        content = b"".join([chunk async for chunk in source.read(bot)])
        if not content:
            raise _bad(method, "file must be non-empty")
        if len(content) > MAX_FILE_BYTES:
            raise TelegramEntityTooLarge(method=method, message="Request Entity Too Large")
        name = source.filename or "文件"
        return _file(await self._transcript.attach(self.name, chat_id, name, content), len(content)) | {
            "file_name": name
        }

    async def _load(self, file_id: str) -> tuple[str, bytes] | None:
        """Return name and bytes of a file that the bot sent or that a person handed in."""
        sent = await self._transcript.attachment(self.name, file_id)
        if sent is not None:
            return sent.name, sent.content
        try:
            kept, content = await self._files.read(file_id)
        except NotFound:
            return None
        return kept.name, content


@functools.cache
def _returning(method: type[TelegramMethod[Any]]) -> TypeAdapter[Any]:
    return TypeAdapter(method.__returning__)


def _bad(method: TelegramMethod[Any], reason: str) -> TelegramBadRequest:
    return TelegramBadRequest(method=method, message=f"Bad Request: {reason}")


def _chat(method: TelegramMethod[Any], chat_id: int | str | None) -> int:
    try:
        number = int(chat_id or 0)
    except ValueError:
        number = 0
    if not 0 < number <= _LARGEST_ID:
        raise _bad(method, "chat not found")
    return number


def _file(file_id: str, size: int) -> dict[str, Any]:
    return {"file_id": file_id, "file_unique_id": file_id, "file_size": size}


def _caption(checked: Checked) -> dict[str, Any]:
    return ({"caption": checked.text} if checked.text else {}) | _filled("caption_entities", checked)


def _filled(name: str, checked: Checked) -> dict[str, Any]:
    return {name: checked.entities} if checked.entities else {}


def _keyboard(checked: Checked) -> dict[str, Any]:
    return {"reply_markup": checked.keyboard} if checked.keyboard else {}
