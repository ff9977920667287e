"""Builds everything, starts it in order and ends it in order; the only module that may know everybody."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from fastapi import FastAPI
from pydantic import ValidationError
from sqlalchemy import event

import handlers.notices
from bot import storage, telegram
from bot.channels.arrivals import Arrivals
from bot.channels.base import ChannelSession
from bot.channels.telegram import telegram_session
from bot.channels.web import WebSession
from bot.courier import Courier
from bot.dispatcher import PROPERTIES, Channel, build_dispatcher, feed
from bot.erasing import eraser
from bot.inbox import Inbox, Received
from bot.nursery import Nursery
from bot.replica import Replica
from bot.settings import Settings
from bot.transcript import Transcript
from bot.turns import SharedTurns
from bot.web.app import build_web
from bot.web.chat import WebChat
from bot.web.machines import machine_routes
from bot.web.pace import Pace
from bot.web.visitor import Visitors
from desk.app import build_desk
from handlers.wording import Wording
from knowledge import Book, county, load
from scheduler.ticks import Tick, Ticks
from services import clock
from services.crypto import Keyring
from services.db import Database, is_outage
from services.house import Services, build
from services.notices import NoticeRow

log = structlog.get_logger()

CONVERSATIONS_KEPT = timedelta(days=90)
"""Half-filled forms and stored messages of the web chat and terminal (county default)."""


def passing(error: BaseException) -> bool:
    """Say whether an error passes by itself: the database or the messenger is away or asks for patience."""
    return is_outage(error) or isinstance(error, TelegramNetworkError | TelegramRetryAfter | TelegramServerError)


class Application:
    """The running program, for `serve` and for `chat`."""

    def __init__(self, settings: Settings, *, book: Book | None = None) -> None:
        self.settings = settings
        self.database = Database(settings.database, Keyring(settings.secret))
        self.county = county.load()
        self.transcript = Transcript(self.database)
        self.storage = storage.SqlStorage(self.database, exclusive=self.database.sqlite)
        erasers = [eraser(self.transcript, self.storage, lambda gone: self.services.accounts.forget(gone))]
        self.services: Services = build(self.database, self.county, book or load(), erasers)
        self.nursery = Nursery()
        self.replica = Replica(self.database, settings.data_dir)
        self.wording = Wording(county=self.county, address=settings.address)
        self.turns = SharedTurns(settings.redis_url) if settings.redis_url else None
        self.channels: dict[str, Channel] = {}
        self._told = 0
        self.web = WebSession(self.transcript, self.services.files)

    def serve_channels(self) -> None:
        """Talk through the web chat, and through Telegram when a token is set."""
        self.add("web", 2, self.web)
        token = self.settings.telegram_token.get_secret_value()
        if token:
            bot = Bot(token, session=telegram_session(self.settings.telegram_api), default=PROPERTIES)
            private = self.settings.telegram_personal_data == "allow"
            self.channels["telegram"] = Channel("telegram", bot, private)

    def add(self, name: str, number: int, session: ChannelSession) -> None:
        """Talk through a channel of ours."""
        self.channels[name] = Channel(name, Bot(f"{number}:{name}", session=session, default=PROPERTIES))

    def assemble(self) -> None:
        """Connect the parts once the channels are known."""
        self.dispatcher = build_dispatcher(
            self.services, self.storage, self.wording, list(self.channels.values()), self.settings.address
        )
        self.inbox = Inbox(
            self.database,
            self.storage,
            self.nursery,
            self.replica.id,
            handle=self._handle,
            apologise=self._apologise,
            passing=passing,
            turn=self.turns.take if self.turns else None,
        )
        bots = {name: channel.bot for name, channel in self.channels.items()}
        render = handlers.notices.Renderer(
            self.services, self.wording, {name: channel.private for name, channel in self.channels.items()}
        )
        self.courier = Courier(self.services.notices, bots, render, self.replica.id)
        event.listen(NoticeRow, "after_insert", self._telling)
        self.ticks = Ticks(self._duties())

    async def enter(self, alone_as: str | None) -> None:
        """Take this process's place among the others and take up what dead ones left; raises AlreadyRunning."""
        await self.replica.enter(alone_as)
        await self.take_over()

    async def take_over(self) -> None:
        """Take up updates and notices that processes which have ended left half done."""
        await self.inbox.recover(self.replica.dead, list(self.channels))
        for owner in await self.replica.dead(await self.services.notices.claimants()):
            await self.services.notices.release(owner)

    async def leave(self) -> None:
        """End in order: no new work, then what runs, then what it stood on."""
        await self.nursery.close()
        event.remove(NoticeRow, "after_insert", self._telling)
        for channel in self.channels.values():
            await channel.bot.session.close()
        await self.replica.leave()
        if self.turns:
            await self.turns.close()
        await self.database.close()

    def _duties(self) -> list[Tick]:
        services = self.services
        return [
            Tick("request reminders", services.requests.remind_due, 20),
            Tick("booking reminders", services.mediation.remind_due, 20),
            Tick("lessons", services.lessons.send_due, 10),
            Tick("take over", self.take_over, 10),
            Tick("sweep", self._sweep, 3600),
        ]

    async def _sweep(self) -> None:
        await self.inbox.sweep()
        await storage.sweep(self.database, clock.now() - CONVERSATIONS_KEPT)
        await self.transcript.sweep(clock.now() - CONVERSATIONS_KEPT)

    async def _handle(self, received: Received) -> None:
        channel, told = self.channels[received.channel], self._told
        try:
            await feed(self.dispatcher, channel.bot, received.payload, received.key)
        except ValidationError:
            log.warning("a malformed update was dropped", update=received.key)
        except TelegramForbiddenError:
            log.info("the person has blocked the bot", update=received.key)
        if self._told != told:
            self.courier.poke()

    def _telling(self, *_: object) -> None:
        """A notice was written: looking for one after every update would cost as much as the update."""
        self._told += 1

    async def _apologise(self, received: Received) -> None:
        channel = self.channels[received.channel]
        await channel.bot.send_message(int(received.chat), self.wording("start/broken", private=channel.private))


@asynccontextmanager
async def running(application: Application) -> AsyncIterator[None]:
    """Serve for the length of the block."""
    await application.enter("serve")
    application.courier.start(application.nursery)
    application.ticks.start()
    channel = application.channels.get("telegram")
    if channel:
        settings = application.settings
        poller = telegram.Poller(channel.bot, application.inbox.receive)

        async def polling() -> None:
            if await telegram.prepare(channel.bot, settings.public_url, settings.secret):
                while True:
                    await poller.step()

        application.nursery.forever(polling, "telegram")
    gc.collect()
    gc.freeze()  # a full collection over aiogram's modules pauses everybody for 0.2 s
    try:
        yield
    finally:
        application.ticks.stop()
        await application.leave()


def web_application(application: Application) -> FastAPI:
    """Return the one web application: chat page, desk, webhook, health and metrics."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with running(application):
            yield

    settings, services = application.settings, application.services
    secure = settings.address.startswith("https://")
    chat = WebChat(
        visitors=Visitors(application.database.keyring, secure=secure),
        session=application.web,
        transcript=application.transcript,
        arrivals=Arrivals(application.transcript, "web"),
        receive=application.inbox.receive,
        known=application.inbox.known,
        files=services.files,
        accounts=services.accounts,
        county=services.county,
        pace=Pace(),
    )
    hooked = bool(settings.public_url and "telegram" in application.channels)
    machines = machine_routes(
        receive=application.inbox.receive,
        webhook_secret=telegram.webhook_secret(settings.secret) if hooked else None,
        database_alive=application.database.alive,
        ticks_alive=application.ticks.alive,
    )
    return build_web(
        routers=[chat.routes(), machines],
        mounts={"/desk": build_desk(services, secure=secure)},
        secure=secure,
        lifespan=lifespan,
    )
