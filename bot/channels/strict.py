"""What Telegram would refuse, refused on every channel, before anything is sent: a fault shows in every test.

Limits and wordings are the Bot API's (https://core.telegram.org/bots/api). Two rules are ours: inline keyboards
only, with buttons that carry data or an address, because those work on every channel.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.middlewares.base import NextRequestMiddlewareType
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageText,
    Response,
    SendDocument,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot.markup import MarkupError, parse, units

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_TOAST = 200
MAX_BUTTONS = 100
MAX_DATA_BYTES = 64


class Fault(ValueError):
    """Telegram would refuse this; the message is Telegram's, without "Bad Request"."""


@dataclass(frozen=True)
class Checked:
    """The parsed content of a call: text or caption with its entities, and the keyboard as the Bot API's object."""

    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    keyboard: dict[str, Any] | None = None


def check(bot: Bot, method: TelegramMethod[Any]) -> Checked:
    """Return what a call would show; raises TelegramBadRequest where Telegram would answer with it."""
    try:
        text, entities = _content(bot, method)
        return Checked(text, entities, _keyboard(getattr(method, "reply_markup", None)))
    except (Fault, MarkupError) as fault:
        raise TelegramBadRequest(method=method, message=f"Bad Request: {fault}") from None


async def strict(
    make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
) -> Response[TelegramType]:
    """Check each call of a session before it is made; an aiogram request middleware."""
    check(bot, method)
    return await make_request(bot, method)


def _content(bot: Bot, method: TelegramMethod[Any]) -> tuple[str, list[dict[str, Any]]]:
    match method:
        case SendMessage() | EditMessageText():
            text, entities = _parsed(bot, method.text or "", method.parse_mode, method.entities)
            if not text.strip():
                raise Fault("message text is empty")
            if units(text) > MAX_TEXT:
                raise Fault("message is too long")
            return text, entities
        case SendDocument() | SendPhoto():
            text, entities = _parsed(bot, method.caption or "", method.parse_mode, method.caption_entities)
            if units(text) > MAX_CAPTION:
                raise Fault("message caption is too long")
            return text, entities
        case AnswerCallbackQuery() if units(method.text or "") > MAX_TOAST:
            raise Fault("MESSAGE_TOO_LONG")
    return "", []


def _parsed(
    bot: Bot, text: str, parse_mode: str | Default | None, entities: list[MessageEntity] | None
) -> tuple[str, list[dict[str, Any]]]:
    mode = bot.default[parse_mode.name] if isinstance(parse_mode, Default) else parse_mode
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Fault("strings must be encoded in UTF-8") from None
    if not mode:
        return text, [entity.model_dump(exclude_none=True) for entity in entities or ()]
    if mode.upper() != "HTML":
        raise Fault("unsupported parse_mode")
    return parse(text)


def _keyboard(markup: object) -> dict[str, Any] | None:
    if markup is None:
        return None
    if not isinstance(markup, InlineKeyboardMarkup):
        raise Fault("only inline keyboards are supported")
    rows = [row for row in markup.inline_keyboard if row]
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise Fault("reply markup is too long")
    kept = [[_button(button) for button in row] for row in rows]
    return {"inline_keyboard": kept} if kept else None


def _button(button: InlineKeyboardButton) -> dict[str, str]:
    if not button.text.strip():
        raise Fault("can't parse inline keyboard button: Text must be non-empty")
    if button.url is not None:
        address = urlsplit(button.url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise Fault(f"inline keyboard button URL '{button.url}' is invalid: Wrong HTTP URL")
        return {"text": button.text, "url": button.url}
    if button.callback_data is None:
        raise Fault("Text buttons are unallowed in the inline keyboard")
    if not 1 <= len(button.callback_data.encode()) <= MAX_DATA_BYTES:
        raise Fault("BUTTON_DATA_INVALID")
    return {"text": button.text, "callback_data": button.callback_data}
