"""The database's migrations, run from the program: up to the newest, on both databases."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, inspect, text

from services.db import Database

FOLDER = Path(__file__).parent


def config(connection: Connection, metadata: MetaData | None = None) -> Config:
    """Return Alembic's configuration over an open connection."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.set_main_option("path_separator", "os")
    made.attributes.update(connection=connection, metadata=metadata)
    return made


async def migrate(database: Database) -> None:
    """Bring the database to the newest revision; several replicas may try at once."""
    async with database.engine.begin() as connection:
        if not database.sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(72014)"))
        await connection.run_sync(lambda sync: command.upgrade(config(sync), "head"))


async def current(database: Database) -> tuple[str | None, str]:
    """Return the database's revision and the program's newest."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    def look(connection: Connection) -> tuple[str | None, Any]:
        newest = ScriptDirectory.from_config(config(connection)).get_current_head()
        return MigrationContext.configure(connection).get_current_revision(), newest

    async with database.engine.connect() as connection:
        revision, newest = await connection.run_sync(look)
    return revision, str(newest)


async def empty(database: Database) -> bool:
    """Say whether nobody has an account yet."""

    def look(connection: Connection) -> bool:
        if not inspect(connection).has_table("accounts"):
            return True
        return connection.execute(text("SELECT 1 FROM accounts LIMIT 1")).first() is None

    async with database.engine.connect() as connection:
        return await connection.run_sync(look)
