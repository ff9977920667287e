"""The conversation's state on SQLAlchemy, written in the same transaction that marks the update as done.

While an update is handled, changes of state wait in a `Unit`; `Inbox` writes them together with the done mark.
So a process that dies half way finds, when it starts again, the update not done *and* the state as it was
before: handling it anew is exact. That is why the state lives in the database and never in Redis.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, DefaultKeyBuilder, StateType, StorageKey
from sqlalchemy import String, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services import clock
from services.db import Base, Database, Moment, SealedJson, insert

CACHED = 20_000
"""Conversations kept in memory by a process that owns the database alone."""


class FsmRow(Base):
    """The state and data of one conversation; a row exists only while either is set."""

    __tablename__ = "fsm"
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    state: Mapped[str | None] = mapped_column(String(80))
    data: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    updated_at: Mapped[datetime] = mapped_column(Moment)


_FIND = select(FsmRow.state, FsmRow.data).where(FsmRow.key == bindparam("key"))


@dataclass
class Kept:
    """State and data as one value."""

    state: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Unit:
    """The changes of state made while one update is handled, and what was read: nobody else writes meanwhile."""

    changed: dict[str, Kept] = field(default_factory=dict)
    seen: dict[str, Kept] = field(default_factory=dict)


_unit: ContextVar[Unit | None] = ContextVar("unit", default=None)


@contextmanager
def collecting() -> Iterator[Unit]:
    """Hold changes of state back for the length of the block."""
    unit = Unit()
    token = _unit.set(unit)
    try:
        yield unit
    finally:
        _unit.reset(token)


class SqlStorage(BaseStorage):
    """aiogram's storage on our tables. `exclusive` says that no other process writes the same keys."""

    def __init__(self, database: Database, *, exclusive: bool) -> None:
        self._database = database
        self._keys = DefaultKeyBuilder(with_bot_id=True, with_destiny=True)
        self._cache: OrderedDict[str, Kept] | None = OrderedDict() if exclusive else None

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Set or clear the state."""
        before = await self._load(self._key(key))
        named = state.state if isinstance(state, State) else state
        await self._change(self._key(key), Kept(named, before.data))

    async def get_state(self, key: StorageKey) -> str | None:
        """Return the state."""
        return (await self._load(self._key(key))).state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Replace the data."""
        before = await self._load(self._key(key))
        await self._change(self._key(key), Kept(before.state, dict(data)))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """Return a copy of the data, deep: what a failed try did to it must not be there when it is tried again."""
        return deepcopy((await self._load(self._key(key))).data)

    async def close(self) -> None:
        """Do nothing: the database belongs to the application."""

    async def write(self, db: AsyncSession, unit: Unit) -> None:
        """Write held-back changes in the caller's transaction."""
        for key, kept in unit.changed.items():
            await _write(db, key, kept)

    async def forget(self, db: AsyncSession, person: str) -> None:
        """Delete every state of a person, by the id that is also their chat's, in the caller's transaction."""
        part = f":{person}:{person}:"
        await db.execute(delete(FsmRow).where(FsmRow.key.contains(part, autoescape=True)))
        for key in [key for key in self._cache or () if part in key]:
            self._keep(key, Kept())

    def remember(self, unit: Unit) -> None:
        """Take over what was written, after the transaction has been committed."""
        for key, kept in unit.changed.items():
            self._keep(key, kept)

    def _key(self, key: StorageKey) -> str:
        return self._keys.build(key)

    async def _load(self, key: str) -> Kept:
        unit = _unit.get()
        if unit and key in unit.changed:
            return unit.changed[key]
        if unit and key in unit.seen:
            return unit.seen[key]
        if self._cache is not None and key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        rows = await self._database.fetch(_FIND, {"key": key})
        kept = Kept(rows[0].state, rows[0].data) if rows else Kept()
        if unit:
            unit.seen[key] = kept
        self._keep(key, kept)
        return kept

    async def _change(self, key: str, kept: Kept) -> None:
        unit = _unit.get()
        if unit is not None:
            unit.changed[key] = kept
            return
        async with self._database.transaction() as db:
            await _write(db, key, kept)
        self._keep(key, kept)

    def _keep(self, key: str, kept: Kept) -> None:
        if self._cache is None:
            return
        self._cache[key] = kept
        self._cache.move_to_end(key)
        if len(self._cache) > CACHED:
            self._cache.popitem(last=False)


async def _write(db: AsyncSession, key: str, kept: Kept) -> None:
    if kept.state is None and not kept.data:
        await db.execute(delete(FsmRow).where(FsmRow.key == key))
        return
    values = {"state": kept.state, "data": kept.data, "updated_at": clock.now()}
    await db.execute(
        insert(db, FsmRow).values(key=key, **values).on_conflict_do_update(index_elements=["key"], set_=values)
    )


async def sweep(database: Database, before: datetime) -> None:
    """Forget conversations that nobody has touched since a moment."""
    async with database.transaction() as db:
        await db.execute(delete(FsmRow).where(FsmRow.updated_at < before))
