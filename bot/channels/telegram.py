"""Telegram: aiogram's own session, with the checks that every channel makes."""

from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer

from bot.channels.strict import strict


def telegram_session(api: str | None) -> AiohttpSession:
    """Return a session to Telegram, or to a compatible server at the base address `api`."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api) if api else PRODUCTION)
    session.middleware(strict)
    return session
