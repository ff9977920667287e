"""Which processes are alive. Each holds a lock for as long as it lives, so that others know at once when it died.

On SQLite the lock is a locked file beside the database; on PostgreSQL an advisory lock of a session.
"""

import fcntl
import secrets
from pathlib import Path
from typing import IO

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.db import Database

_SPACE = 0x5A54  # the class of our advisory locks, so that nobody else's are taken for ours


class AlreadyRunning(Exception):
    """另一个直通程序正在使用同一个数据文件夹。请先停掉它，或换一个 ZHITONG_DATA_DIR。"""

    def __str__(self) -> str:
        return self.__doc__ or ""


class Replica:
    """This process among the others. `id` is the name under which it claims rows."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder / "running"
        self._files: list[IO[str]] = []
        self._connection: AsyncConnection | None = None
        self._number = secrets.randbits(31)
        self.id = str(self._number)

    async def enter(self, alone_as: str | None = None) -> None:
        """Take this process's lock, once. On SQLite `alone_as` is also locked: raises AlreadyRunning."""
        if self._files or self._connection:
            return
        if not self._database.sqlite:
            self._connection = await self._hold()
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        if alone_as and not self._lock(alone_as):
            raise AlreadyRunning
        self._lock(self.id)

    async def dead(self, ids: set[str]) -> set[str]:
        """Return which of the ids belong to processes that have ended.

        First it sees to it that the others count this one as alive: an outage of the database ends sessions, and with
        them their locks.
        """
        if self._connection and not await _lives(self._connection):
            self._connection = await self._hold()
        others = ids - {self.id}
        if not others or self._database.sqlite:
            return {other for other in others if self._free(other)}
        async with self._database.reading() as db:
            held = await db.scalars(
                text("SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = :space"), {"space": _SPACE}
            )
            return others - {str(number) for number in held}

    async def leave(self) -> None:
        """Give the lock back."""
        if self._connection is not None:
            await self._connection.close()
        for file in self._files:
            file.close()
        (self._folder / self.id).unlink(missing_ok=True)

    async def _hold(self) -> AsyncConnection:
        connection = await self._database.engine.connect()
        await connection.execute(
            text("SELECT pg_advisory_lock(:space, :number)"), {"space": _SPACE, "number": self._number}
        )
        await connection.commit()
        return connection

    def _lock(self, name: str) -> bool:
        file = (self._folder / name).open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._files.append(file)
        return True

    def _free(self, name: str) -> bool:
        path = self._folder / name
        if not path.exists():
            return True
        with path.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return False
        path.unlink(missing_ok=True)
        return True


async def _lives(connection: AsyncConnection) -> bool:
    """Say whether a session is still there; give back what is left of it otherwise."""
    if connection.closed:
        return False
    try:
        await connection.execute(text("SELECT 1"))
        await connection.commit()
    except (DBAPIError, OSError):
        await connection.invalidate()
        await connection.close()
        return False
    return True
