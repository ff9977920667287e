"""What a person reads when a step is refused, and when a button or command means nothing any more."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Router
from aiogram.types import CallbackQuery, TelegramObject

from handlers.buttons import MENU, PERSON, keyboard
from handlers.talk import Talk
from services.errors import Refusal

router = Router(name="errors")


class Kindly(BaseMiddleware):
    """Turns any Refusal that a handler lets through into its sentence, with ways on."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Call the handler; say why it refused."""
        try:
            return await handler(event, data)
        except Refusal as refusal:
            talk: Talk = data["talk"]
            await talk.toast()
            return await talk.say("forms/refused", why=str(refusal), buttons=keyboard([MENU, PERSON]))


@router.callback_query()
async def stale(_query: CallbackQuery, talk: Talk) -> None:
    """Any button that no handler knows: it came from an older program, or was made up."""
    await talk.toast()
    await talk.say("start/stale", buttons=keyboard([MENU, PERSON]))
