"""One running program and one Chromium for all browser tests of a worker; each visitor comes with a phone of their own.

All of them share the event loop of the session, because the program and the browser outlive a test.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.chromium import launched
from tests.browser.people import Visitor, phone
from tests.process import Program


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium; where there is none, every test that wants it is skipped."""
    async with launched() as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def program(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """The demonstration county, running. Asks for the browser first: without one, nothing needs to start."""
    running = Program(tmp_path_factory.mktemp("county"))
    await running.start()
    await running.ready()
    yield running
    await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def own_program(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """A program that a test may kill."""
    running = Program(tmp_path_factory.mktemp("own-county"))
    await running.start()
    await running.ready()
    yield running
    await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def anna(chromium: Browser, program: Program) -> AsyncIterator[Visitor]:
    """A resident with a phone, greeted. In the end the browser has nothing to complain of, and nothing left here."""
    async with phone(chromium, program.address) as visitor:
        await visitor.arrives()
        yield visitor
        visitor.leaves_no_complaint()
