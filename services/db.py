"""The database: one engine, two kinds of block. SQLite and PostgreSQL behave alike behind it.

`async with database.transaction() as db` is a write transaction: on SQLite it begins IMMEDIATE, because a
transaction that reads first and writes later fails there under concurrency. `database.reading()` never locks.
A use case is one transaction; none spans two, and none is open while a message is sent.

The hot path has two calls for single statements built once: `database.write` commits together with whoever writes at
the same moment, `database.fetch` reads. On SQLite both run in a thread as a whole, instead of hopping for each step.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Executable,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    TypeDecorator,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from services.crypto import Keyring
from services.group_commit import GroupCommit, Write
from services.held_back import Statement, hold
from services.hot_path import HotPath, Pool, Threads

Id = BigInteger().with_variant(Integer, "sqlite")
"""64-bit ids everywhere; SQLite autoincrements only a plain INTEGER."""

_keyrings: WeakKeyDictionary[Dialect, Keyring] = WeakKeyDictionary()


class Base(DeclarativeBase):
    """What every table of the program derives from."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {dict[str, Any]: JSON}  # noqa: RUF012 (SQLAlchemy's declared form)


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored as UTC. SQLite would hand back naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime must not be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(TypeDecorator[str]):
    """Text that is personal data: encrypted in the column, plain in the program."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _keyrings[dialect].seal(value.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else _keyrings[dialect].open(value).decode()


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that are personal data, such as an attachment."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _keyrings[dialect].seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _keyrings[dialect].open(value)


class SealedJson(TypeDecorator[dict[str, Any]]):
    """A JSON object that is personal data, such as a half-filled form or a stored message."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return _keyrings[dialect].seal(
            json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
        )

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else dict(json.loads(_keyrings[dialect].open(value)))


class Database:
    """One engine and the two blocks. `url` names its driver: sqlite+aiosqlite:// or postgresql+asyncpg://."""

    def __init__(self, url: str, keyring: Keyring) -> None:
        self.keyring = keyring
        self.sqlite = make_url(url).get_backend_name() == "sqlite"
        # no overflow: connections beyond the pool are closed when given back, and opening one costs 40 ms
        pool: dict[str, Any] = {} if self.sqlite else {"pool_size": 12, "max_overflow": 0}
        self.engine = create_async_engine(url, hide_parameters=True, **pool)  # no personal data in a traceback
        self._prepare(self.engine.sync_engine)
        self._writer: asyncio.Lock | None = asyncio.Lock() if self.sqlite else None
        self._hot = self._threads(url) if self.sqlite else self._pool(url)
        self._group = GroupCommit(self._commit, is_outage)

    def _prepare(self, engine: Engine) -> None:
        _keyrings[engine.dialect] = self.keyring
        if self.sqlite:
            _teach_sqlite(engine)
        else:
            event.listen(engine, "checkout", _still_open)

    def _threads(self, url: str) -> HotPath:
        engine = create_engine(make_url(url).set(drivername="sqlite"), hide_parameters=True)
        self._prepare(engine)
        return Threads(engine, engine.execution_options(zhitong_reading=True))

    def _pool(self, url: str) -> HotPath:
        unsynced = create_async_engine(
            url, hide_parameters=True, connect_args={"server_settings": {"synchronous_commit": "off"}}
        )
        self._prepare(unsynced.sync_engine)
        return Pool(self.engine, unsynced)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a write transaction: committed at the end of the block, rolled back if it raises.

        On SQLite one writer at a time waits here in turn instead of polling the file's lock.
        """
        async with self._writer or nullcontext(), self._session() as db, db.begin():
            yield db

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a read transaction: one consistent view, never kept, never blocking a writer."""
        async with self._session() as db:
            await db.connection(execution_options={"zhitong_reading": True})
            yield db

    async def write(self, statement: Executable, values: Mapping[str, Any], *, lasting: bool = True) -> Any:
        """Run one statement as a transaction of its own, committed together with whoever writes at the same moment.

        Returns the first column of the row it gives back, None without a row. What is not `lasting` may be lost,
        together with everything written after it, if PostgreSQL itself dies within the next second; it does not
        wait for the disk. (SQLite in WAL mode with synchronous=NORMAL never waits.)
        """
        return await self._group.write(statement, values, lasting=lasting)

    async def write_later(self, statement: Executable, values: Mapping[str, Any]) -> None:
        """Run one statement together with the done mark of the update that is being handled; at once outside one."""
        if not hold(statement, values):
            await self.write(statement, values, lasting=False)

    async def write_all(self, statements: Iterable[Statement], *, lasting: bool = True) -> None:
        """Run several statements, committed together."""
        await asyncio.gather(*(self.write(statement, values, lasting=lasting) for statement, values in statements))

    async def fetch(self, statement: Executable, values: Mapping[str, Any]) -> Sequence[Row[Any]]:
        """Read with one statement."""
        return await self._hot.fetch(statement, values)

    async def _commit(self, writes: Sequence[Write]) -> Sequence[Any]:
        async with self._writer or nullcontext():
            return await self._hot.commit(writes)

    def _session(self) -> AsyncSession:
        return AsyncSession(self.engine, expire_on_commit=False)

    async def alive(self) -> bool:
        """Say whether the database answers."""
        try:
            async with self.reading() as db:
                await db.execute(text("SELECT 1"))
        except (DBAPIError, OSError):
            return False
        return True

    async def close(self) -> None:
        """Give back every connection."""
        await self._group.close()
        await self._hot.close()
        await self.engine.dispose()


def _still_open(_connection: object, record: Any, _proxy: object) -> None:
    """Replace connections that the server closed, as it does when it restarts; a ping costs three round trips."""
    if record.driver_connection.is_closed():
        raise InvalidatePoolError


def _teach_sqlite(engine: Any) -> None:
    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def began(connection: Any) -> None:
        reading = connection.get_execution_options().get("zhitong_reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", began)


def insert(db: AsyncSession, table: type[Base]) -> postgresql.Insert:
    """Return an INSERT that knows ON CONFLICT, in the dialect of the session's database.

    SQLite's has the same methods under another class; it is typed as PostgreSQL's.
    """
    if db.get_bind().dialect.name == "sqlite":
        return cast(postgresql.Insert, sqlite.insert(table))
    return postgresql.insert(table)


def insert_once(database: Database, table: type[Base], *key: str) -> Executable:
    """Build an INSERT for `Database.write` that does nothing when the key is there, and gives back the new row's id.

    On the bare table: no unit of work, and no statement to assemble for each row.
    """
    made = sqlite.insert if database.sqlite else postgresql.insert
    bare = cast(Table, table.__table__)
    return made(bare).on_conflict_do_nothing(index_elements=key).returning(bare.c.id)


def is_outage(error: BaseException) -> bool:
    """Say whether an error means that the database is away or busy, so that trying again later is right."""
    if isinstance(error, OperationalError | OSError | TimeoutError):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated
