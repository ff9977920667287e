"""Telegram's two ways in: long polling by default, a webhook where there is a public address."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot
from aiogram.methods import TelegramMethod

POLL_SECONDS = 25
KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]
PATH = "/telegram/webhook"


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates that leaves updates as they came: one that aiogram cannot read must not stop all others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"
    offset: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


Receive = Callable[[str, str, str, dict[str, Any]], Awaitable[bool]]


def chat_of(update: dict[str, Any]) -> str:
    """Return the id of the chat an update belongs to, "0" when it has none; never fails, whatever the update holds."""
    for kind in KINDS:
        body = _object(update.get(kind))
        holder = _object(body.get("message")) if kind == "callback_query" else body
        number = (_object(holder.get("chat")) or _object(body.get("from"))).get("id")
        if isinstance(number, int) and abs(number) < 2**63:
            return str(number)
    return "0"


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


class Poller:
    """Asks for updates; the next question confirms the last ones, so it comes only after they were written down."""

    def __init__(self, bot: Bot, receive: Receive) -> None:
        self._bot = bot
        self._receive = receive
        self._offset: int | None = None

    async def step(self) -> None:
        """Fetch once and write down what came."""
        method = RawUpdates(offset=self._offset, timeout=POLL_SECONDS, allowed_updates=KINDS)
        for update in await self._bot(method, request_timeout=POLL_SECONDS + 10):
            update_id = update["update_id"]
            await self._receive("telegram", str(update_id), chat_of(update), update)
            self._offset = update_id + 1


def webhook_secret(secret: str) -> str:
    """Return the token that Telegram sends with each webhook call, derived from the program's secret."""
    return hashlib.sha256(f"telegram webhook {secret}".encode()).hexdigest()


async def prepare(bot: Bot, public_url: str, secret: str) -> bool:
    """Set or remove the webhook; return whether polling is needed."""
    if not public_url:
        await bot.delete_webhook()
        return True
    await bot.set_webhook(f"{public_url.rstrip('/')}{PATH}", secret_token=webhook_secret(secret), allowed_updates=KINDS)
    return False
