"""Migrations: up, down and up again on both databases, and then the tables are what the program declares."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from services import migrations
from services.crypto import Keyring
from services.db import Base, Database
from tests.conftest import SECRET, import_all_tables


async def test_every_migration_goes_up_down_and_up_again(database_url: str) -> None:
    database = Database(database_url, Keyring(SECRET))

    def stairway(connection: Connection) -> None:
        config = migrations.config(connection)
        steps = list(ScriptDirectory.from_config(config).walk_revisions())
        for step in reversed(steps):
            command.upgrade(config, step.revision)
            command.downgrade(config, "-1")
            command.upgrade(config, step.revision)
        command.downgrade(config, "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}

    async with database.engine.begin() as connection:
        await connection.run_sync(stairway)
    await database.close()


async def test_the_tables_are_what_the_program_declares(database_url: str) -> None:
    import_all_tables()
    database = Database(database_url, Keyring(SECRET))
    await migrations.migrate(database)
    await migrations.migrate(database)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    revision, newest = await migrations.current(database)
    assert revision == newest
    await database.close()


async def test_an_empty_database_is_known_as_one(database_url: str) -> None:
    database = Database(database_url, Keyring(SECRET))
    assert await migrations.empty(database)
    await migrations.migrate(database)
    assert await migrations.empty(database)
    await database.close()
