"""The dispatcher: the order of the routers, and who is talking."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiogram import BaseMiddleware, Bot, Dispatcher, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ChatType, ParseMode
from aiogram.fsm.storage.base import BaseStorage
from aiogram.types import CallbackQuery, Message, TelegramObject, Update

import handlers
from handlers.talk import Talk
from handlers.wording import Wording
from services.house import Services

PROPERTIES = DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True)


@dataclass(frozen=True)
class Channel:
    """A way to reach people. `private` says whether personal data may pass through it."""

    name: str
    bot: Bot
    private: bool = True


class Introduce(BaseMiddleware):
    """Finds out who is talking and gives handlers their `talk`. Group chats are left alone: matters are private."""

    def __init__(self, services: Services, wording: Wording, channels: dict[int, Channel], address: str) -> None:
        self._services = services
        self._wording = wording
        self._channels = channels
        self._address = address

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        chat, user = data.get("event_chat"), data.get("event_from_user")
        if user is None or chat is None or chat.type != ChatType.PRIVATE:
            return None
        channel = self._channels[data["bot"].id]
        data["forms"] = handlers.FORMS
        data["talk"] = Talk(
            bot=data["bot"],
            channel=channel.name,
            chat_id=chat.id,
            account=await self._services.accounts.meet(channel.name, str(user.id)),
            services=self._services,
            wording=self._wording,
            state=data["state"],
            key=data["key"],
            private=channel.private,
            address=self._address,
            query=event if isinstance(event, CallbackQuery) else None,
        )
        return await handler(event, data)


def build_dispatcher(
    services: Services, storage: BaseStorage, wording: Wording, channels: list[Channel], address: str
) -> Dispatcher:
    """Return the dispatcher with every conversation in it.

    Updates of one chat come one after the other (bot.inbox), so no lock per chat is needed here.
    """
    dispatcher = Dispatcher(storage=storage)
    introduce = Introduce(services, wording, {channel.bot.id: channel for channel in channels}, address)
    for observer in (dispatcher.message, dispatcher.edited_message, dispatcher.callback_query):
        observer.outer_middleware(introduce)
    for router in handlers.routers():
        _answer_at_once(router)
        dispatcher.include_router(router)
    return dispatcher


def _answer_at_once(router: Router) -> None:
    """Ask filters where we are: aiogram sends each that is not a coroutine to a thread, and ours only look."""
    for observer in router.observers.values():
        for handler in observer.handlers:
            for each in handler.filters or ():
                if not each.awaitable:
                    each.callback, each.awaitable = _awaitable(each.callback), True


def _awaitable(look: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    async def at_once(*args: Any, **kwargs: Any) -> Any:
        return look(*args, **kwargs)

    return at_once


async def feed(dispatcher: Dispatcher, bot: Bot, payload: dict[str, Any], key: str) -> None:
    """Let the conversation handle one update as its channel sent it; raises ValidationError for a malformed one."""
    update = Update.model_validate(payload, context={"bot": bot})
    await dispatcher.feed_update(bot, update, key=key)


__all__ = ["PROPERTIES", "Channel", "Message", "build_dispatcher", "feed"]
