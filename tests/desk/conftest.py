"""The office of the tests opens on a Monday at ten, on SQLite: the desk knows no database."""

from collections.abc import AsyncIterator

import pytest

from services import clock
from services.db import Database
from tests.desk.office import MONDAY, Office, opened
from tests.services.people import at


@pytest.fixture
async def office(sqlite: Database) -> AsyncIterator[Office]:
    """A county at work."""
    with clock.moved_to(at(MONDAY)):
        yield await opened(sqlite)
