"""An update becomes a row before it is acknowledged; only a row that was handled is marked done.

Updates of one chat are handled one after the other, in the order in which they came. Handling runs inside a
`Unit` of state changes that is written with the done mark. A passing failure (the database or the messenger is
away) is tried again until it succeeds; the chat waits meanwhile, and nothing typed is lost.
"""

import asyncio
from bisect import insort
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol, cast

import structlog
from sqlalchemy import Index, String, Table, UniqueConstraint, bindparam, delete, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from bot.logs import outline
from bot.nursery import Nursery
from bot.storage import SqlStorage, collecting
from services import clock
from services.db import Base, Database, Id, Moment, SealedJson, insert_once
from services.held_back import holding_back

log = structlog.get_logger()

KEPT = timedelta(days=7)
"""Done rows stay this long to recognise a redelivery; messengers redeliver within a day."""
BROKEN_AFTER = 3
"""Times a row is tried when handling fails for no passing reason (a bug)."""


class InboxRow(Base):
    """One update as its channel sent it; the payload is dropped when it has been handled."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_inbox_open", "id", sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str] = mapped_column(String(80))
    chat: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)
    owner: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str | None] = mapped_column(String(200))


@dataclass(frozen=True)
class Received:
    """An update on its way to the dispatcher. `key` names it for idempotent services."""

    id: int
    channel: str
    external_id: str
    chat: str
    payload: dict[str, Any]

    @property
    def key(self) -> str:
        """Return the idempotency key of everything that this update creates."""
        return f"{self.channel}:{self.external_id}"


class Passing(Protocol):
    """Says whether an error will pass by itself, so that trying again is right."""

    def __call__(self, error: BaseException) -> bool: ...


_TABLE = cast(Table, InboxRow.__table__)
_DONE = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("row"))
    .values(done_at=bindparam("done_at"), payload=bindparam("payload"))
)


class Standing(Enum):
    """Where an update stands in its chat."""

    NEXT = "next"
    WAITS = "waits"
    GONE = "gone"


Handle = Callable[[Received], Awaitable[None]]
Apologise = Callable[[Received], Awaitable[None]]
Turn = Callable[[str, str], AbstractAsyncContextManager[object]]


def _received(row: InboxRow) -> Received:
    return Received(row.id, row.channel, row.external_id, row.chat, row.payload or {})


def _age(received: Received) -> int:
    return received.id


class Inbox:
    """Receives, keeps and works off updates. With `turn`, several replicas share the chats."""

    def __init__(
        self,
        database: Database,
        storage: SqlStorage,
        nursery: Nursery,
        owner: str,
        *,
        handle: Handle,
        apologise: Apologise,
        passing: Passing,
        turn: Turn | None = None,
    ) -> None:
        self._database = database
        self._insert = insert_once(database, InboxRow, "channel", "external_id")
        self._storage = storage
        self._nursery = nursery
        self._owner = owner
        self._handle = handle
        self._apologise = apologise
        self._passing = passing
        self._shared = turn is not None
        self._turn: Turn = turn or (lambda _channel, _chat: nullcontext())
        self._waiting: dict[tuple[str, str], list[Received]] = {}
        self._arriving: set[tuple[str, str]] = set()
        self._settled: deque[int] = deque(maxlen=1000)  # done since `known` looked, perhaps
        self._idle = asyncio.Event()
        self._idle.set()

    async def receive(self, channel: str, external_id: str, chat: str, payload: dict[str, Any]) -> bool:
        """Write an update down, then queue it. Return False when it had been received before.

        Raises what the database raises: then the channel must not acknowledge.
        """
        row = {
            "channel": channel,
            "external_id": external_id,
            "chat": chat,
            "payload": payload,
            "owner": self._owner,
            "received_at": clock.now(),
        }
        arriving = (channel, external_id)
        if arriving in self._arriving:
            return False
        self._arriving.add(arriving)
        try:
            row_id = await self._database.write(self._insert, row)
            if row_id is not None:
                self._queue(Received(row_id, channel, external_id, chat, payload))
        finally:
            self._arriving.discard(arriving)
        return row_id is not None or not await self.known(channel, external_id)

    async def known(self, channel: str, external_id: str) -> bool:
        """Say whether an update was received before.

        One whose commit succeeded although its caller was told that the database is away is taken up now.
        """
        query = select(InboxRow).where(InboxRow.channel == channel, InboxRow.external_id == external_id)
        async with self._database.reading() as db:
            row = await db.scalar(query)
        if row is None:
            return False
        lost = row.done_at is None and row.owner == self._owner and (channel, external_id) not in self._arriving
        queued = {one.id for one in self._waiting.get((channel, row.chat), ())}
        if lost and row.id not in queued and row.id not in self._settled:
            self._queue(_received(row))
        return True

    async def recover(self, dead: Callable[[set[str]], Awaitable[set[str]]], channels: Sequence[str]) -> int:
        """Take over what processes that have ended left undone; return how much it was."""
        open_rows = (InboxRow.done_at.is_(None), InboxRow.owner != self._owner, InboxRow.channel.in_(channels))
        async with self._database.reading() as db:
            owners = set(await db.scalars(select(InboxRow.owner).where(*open_rows).distinct()))
        ended = await dead(owners) if owners else set()
        if not ended:
            return 0
        async with self._database.transaction() as db:
            rows = list(
                await db.scalars(
                    select(InboxRow)
                    .where(*open_rows, InboxRow.owner.in_(ended))
                    .order_by(InboxRow.id)
                    .with_for_update(skip_locked=True)
                )
            )
            for row in rows:
                row.owner = self._owner
        for row in rows:
            self._queue(_received(row))
        return len(rows)

    async def drained(self) -> None:
        """Wait until nothing is queued or being handled."""
        await self._idle.wait()

    async def sweep(self) -> None:
        """Forget rows done longer ago than KEPT."""
        async with self._database.transaction() as db:
            await db.execute(delete(InboxRow).where(InboxRow.done_at < clock.now() - KEPT))

    def _queue(self, received: Received) -> None:
        self._idle.clear()
        chat = (received.channel, received.chat)
        if chat in self._waiting:
            insort(self._waiting[chat], received, key=_age)  # what is taken over may be older than what waits
            return
        self._waiting[chat] = [received]
        self._nursery.start(self._work_off(chat), f"chat {received.channel}")

    async def _work_off(self, chat: tuple[str, str]) -> None:
        waiting = self._waiting[chat]
        while waiting:
            try:
                async with self._turn(*chat):
                    first = waiting[0]
                    standing = await self._standing(first) if self._shared else Standing.NEXT
                    if standing is Standing.WAITS:
                        continue
                    if standing is Standing.NEXT:
                        await self._settle(first)
                    self._settled.append(first.id)
                    waiting.remove(first)
            except Exception as error:
                # Redis or the database is away between two updates: whoever waits here must not be forgotten
                log.warning("no turn to be had", error=type(error).__name__)
                await asyncio.sleep(1)
            finally:
                if self._shared and waiting:
                    await asyncio.sleep(0.02)  # another replica may hold what comes before
        del self._waiting[chat]
        if not self._waiting:
            self._idle.set()

    async def _standing(self, received: Received) -> Standing:
        """Say whether an update is the next of its chat, among what all replicas have yet to handle.

        One that is open no more, or another's, was taken over while this replica was taken for dead.
        """
        query = (
            select(InboxRow)
            .where(
                InboxRow.channel == received.channel,
                InboxRow.chat == received.chat,
                InboxRow.done_at.is_(None),
                InboxRow.id <= received.id,
            )
            .order_by(InboxRow.id)
            .limit(1)
        )
        async with self._database.reading() as db:
            oldest = await db.scalar(query)
        if oldest is not None and oldest.id < received.id:
            queued = {one.id for one in self._waiting[oldest.channel, oldest.chat]}
            if oldest.owner == self._owner and oldest.id not in queued:
                self._queue(_received(oldest))  # just taken over, or its commit succeeded and nobody was told
            return Standing.WAITS
        return Standing.NEXT if oldest is not None and oldest.owner == self._owner else Standing.GONE

    async def _settle(self, received: Received) -> None:
        """Handle one update until it is done, however long what it needs is away."""
        wait, failures = 0.2, 0
        while True:
            try:
                await self._once(received)
                return
            except Exception as error:
                if not self._passing(error):
                    failures += 1
                    log.error("handling failed", update=received.key, failures=failures, error=outline(error))
                    if failures >= BROKEN_AFTER:
                        await self._give_up(received, error)
                        return
                else:
                    log.warning("handling waits", update=received.key, seconds=wait, error=type(error).__name__)
            await asyncio.sleep(wait)
            wait = min(wait * 2, 10.0)

    async def _once(self, received: Received) -> None:
        with collecting() as unit, holding_back() as held:
            await self._handle(received)
        held.append((_DONE, {"row": received.id, "done_at": clock.now(), "payload": None}))
        if not unit.changed:
            await self._database.write_all(held, lasting=False)  # lost: the update is handled again
            return
        async with self._database.transaction() as db:
            await self._storage.write(db, unit)
            for statement, values in held:
                await db.execute(statement, values)
        self._storage.remember(unit)

    async def _give_up(self, received: Received, error: Exception) -> None:
        try:
            await self._apologise(received)
        except Exception as second:
            log.error("could not even apologise", update=received.key, error=outline(second))
        async with self._database.transaction() as db:
            await db.execute(
                update(InboxRow)
                .where(InboxRow.id == received.id)
                .values(done_at=clock.now(), error=type(error).__name__)
            )
