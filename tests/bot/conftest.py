"""The whole program behind its web application, without a socket: requests go straight in."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.main import web_application
from tests.talking import Town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The program on an empty database with the county's rows."""
    made = Town(tmp_path)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def page(town: Town) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that has opened the chat page."""
    async with browser(town) as client:
        await client.get("/")
        yield client


def browser(town: Town) -> httpx.AsyncClient:
    """Return a browser that has not been here."""
    transport = httpx.ASGITransport(web_application(town.application), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://zhitong.test")
