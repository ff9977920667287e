"""A town under attack."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.talking import Town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The whole program on an empty database with the county's rows."""
    made = Town(tmp_path)
    await made.open()
    yield made
    await made.close()
