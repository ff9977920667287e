"""How single statements run fast: in one visit to a thread on SQLite, with one round trip on PostgreSQL."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Executable, Row
from sqlalchemy.ext.asyncio import AsyncEngine

from services.group_commit import Write


class HotPath(Protocol):
    """Commits several statements in one transaction, and reads with one."""

    async def commit(self, writes: Sequence[Write]) -> list[Any]: ...
    async def fetch(self, statement: Executable, values: Mapping[str, Any]) -> Sequence[Row[Any]]: ...
    async def close(self) -> None: ...


class Pool:
    """The hot path on the pools of an asynchronous driver; a single statement commits itself."""

    def __init__(self, lasting: AsyncEngine, unsynced: AsyncEngine) -> None:
        self._lasting = lasting
        self._unsynced = unsynced
        self._reading = lasting.execution_options(isolation_level="AUTOCOMMIT")

    async def commit(self, writes: Sequence[Write]) -> list[Any]:
        """Run statements in one transaction and commit it; only if one is `lasting` the disk is waited for."""
        engine = self._lasting if any(write.lasting for write in writes) else self._unsynced
        if len(writes) == 1:
            engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        async with engine.begin() as connection:
            return await connection.run_sync(_all, writes)

    async def fetch(self, statement: Executable, values: Mapping[str, Any]) -> Sequence[Row[Any]]:
        """Read with one statement."""
        async with self._reading.connect() as connection:
            return (await connection.execute(statement, values)).all()

    async def close(self) -> None:
        """Give back the connections that are only its own."""
        await self._unsynced.dispose()


class Threads:
    """The hot path on SQLite, whose driver blocks: a transaction is one visit to a thread."""

    def __init__(self, engine: Engine, reading: Engine) -> None:
        self._engine = engine
        self._reading = reading
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="sqlite")

    async def commit(self, writes: Sequence[Write]) -> list[Any]:
        """Run statements in one transaction and commit it."""

        def run() -> list[Any]:
            with self._engine.begin() as connection:
                return _all(connection, writes)

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    async def fetch(self, statement: Executable, values: Mapping[str, Any]) -> Sequence[Row[Any]]:
        """Read with one statement."""

        def run() -> Sequence[Row[Any]]:
            with self._reading.connect() as connection:
                return connection.execute(statement, values).all()

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    async def close(self) -> None:
        """Wait for what runs and give back every connection."""
        self._threads.shutdown()
        self._engine.dispose()


def _all(connection: Connection, writes: Sequence[Write]) -> list[Any]:
    results = (connection.execute(write.statement, write.values) for write in writes)
    return [result.scalar() if result.returns_rows else None for result in results]
