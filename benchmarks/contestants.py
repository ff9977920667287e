"""Who runs: the whole program, and a bare aiogram bot that commits one row per update and echoes it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Message, Update
from pydantic import SecretStr
from sqlalchemy import event, func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks.wire import MemorySession, People
from bot.dispatcher import PROPERTIES, Channel
from bot.inbox import InboxRow
from bot.main import Application, running
from bot.settings import Settings
from knowledge import Book
from services import clock
from services.db import Moment
from services.faq.tables import QuestionRow
from services.migrations import migrate


@dataclass(frozen=True)
class Contestant:
    """People talking to a bot. `settled` waits until nothing is left to do; `handled` counts what it wrote down."""

    people: People
    settled: Callable[[], Awaitable[object]]
    handled: Callable[[], Awaitable[int]]


@asynccontextmanager
async def program(folder: Path, url: str, book: Book) -> AsyncIterator[Contestant]:
    """Run the whole program, with courier and ticks, over a session without network; it freezes what it has loaded."""
    settings = Settings(data_dir=folder, database_url=url, secret_key=SecretStr("a secret of the benchmark"))
    application = Application(settings, book=book)
    await migrate(application.database)
    session = MemorySession()
    application.channels["memory"] = Channel("memory", Bot("7:memory", session=session, default=PROPERTIES))
    application.assemble()

    async def deliver(update_id: str, chat: str, update: dict[str, Any]) -> object:
        return await application.inbox.receive("memory", update_id, chat, update)

    async def handled() -> int:
        """Count questions that were received, logged and marked done."""
        key = InboxRow.channel + ":" + InboxRow.external_id
        query = select(func.count()).select_from(InboxRow).join(QuestionRow, QuestionRow.key == key)
        async with application.database.reading() as db:
            return await db.scalar(query.where(InboxRow.done_at.is_not(None), InboxRow.error.is_(None))) or 0

    async with running(application):
        yield Contestant(People(session, deliver), application.inbox.drained, handled)


class _Base(DeclarativeBase):
    """The tables of the bare bot."""


class Said(_Base):
    """What somebody typed."""

    __tablename__ = "said"
    id: Mapped[int] = mapped_column(primary_key=True)
    chat: Mapped[int]
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)


def _as_ours(connection: Any, _record: object) -> None:
    """Give the bare bot the program's own settings of SQLite: without them it is far slower."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@asynccontextmanager
async def bare(url: str) -> AsyncIterator[Contestant]:
    """Run a bot as its author would write it: a session, a row, a commit, an answer."""
    engine = create_async_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _as_ours)
    async with engine.begin() as connection:
        await connection.run_sync(_Base.metadata.create_all)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    session = MemorySession()
    bot = Bot("8:bare", session=session)
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        async with sessions() as db:
            db.add(Said(chat=message.chat.id, text=message.text or "", at=clock.now()))
            await db.commit()
        await message.answer(message.text or "")

    async def deliver(_update_id: str, _chat: str, update: dict[str, Any]) -> object:
        return await dispatcher.feed_update(bot, Update.model_validate(update, context={"bot": bot}))

    async def settled() -> None:
        """It is done when it has answered."""

    async def handled() -> int:
        async with sessions() as db:
            return await db.scalar(select(func.count()).select_from(Said)) or 0

    yield Contestant(People(session, deliver), settled, handled)
    await engine.dispose()
