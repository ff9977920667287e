"""A town, and people in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.talking import Person, Town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The whole program on an empty database with the county's rows."""
    made = Town(tmp_path)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def anna(town: Town) -> Person:
    """A resident at the web chat who has never been here."""
    return town.person()
