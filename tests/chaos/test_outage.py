"""The database is away for a while: people wait, nobody loses a word, and machines are told.

ZHITONG_CHAOS_OUTAGE sets for how many seconds it is away: 30 under `make chaos`, fewer in the ordinary suite.
"""

import asyncio
import os
import re
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy.exc import DBAPIError

from bot.replica import Replica
from services.crypto import Keyring
from services.db import Database
from tests.chaos.relay import Relay
from tests.conftest import SECRET, new_postgres_database
from tests.fake_telegram import TOKEN, FakeTelegram
from tests.process import Program, until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

AWAY = float(os.environ.get("ZHITONG_CHAOS_OUTAGE", "6"))
PATIENCE = 90.0
"""Seconds after which what should have come will not come; the longest pause between two tries is 30."""
CHAT = 1


async def comes(there: Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait for something to become true; fail when patience ends."""
    assert await until(there, PATIENCE), f"never came: {what}"


async def test_while_the_database_is_away_nothing_is_lost_and_everybody_is_told(postgres: str, tmp_path: Path) -> None:
    """Telegram keeps what is typed meanwhile; the page is told to send again, and does."""
    async with (
        FakeTelegram() as telegram,
        Relay(await new_postgres_database(postgres)) as way,
        httpx.AsyncClient() as browser,
        httpx.AsyncClient() as balancer,
    ):
        program = Program(
            tmp_path / "program", secret_key=SECRET, database_url=way.url, telegram_token=TOKEN,
            telegram_api=telegram.url,
        )  # fmt: skip
        try:
            await program.start()
            await program.ready()
            await _lived_through(program, telegram, way, browser, balancer)
            assert await program.interrupt() == 0, program.output
        finally:
            await program.close()


async def _lived_through(
    program: Program, telegram: FakeTelegram, way: Relay, browser: httpx.AsyncClient, balancer: httpx.AsyncClient
) -> None:
    said = {"id": secrets.token_hex(8), "text": "你好"}

    async def answers() -> int:
        sent = telegram.calls("sendMessage")
        return sum(call["ok"] and call["params"]["chat_id"] == str(CHAT) for call in sent)

    async def confirmed() -> bool:
        return not telegram.world.updates

    async def page_says() -> httpx.Response:
        return await browser.post(f"{program.address}/chat/said", json=said, timeout=PATIENCE)

    await browser.get(program.address)
    telegram.world.text(CHAT, "/start")
    await comes(lambda: _at_least(answers, 1), "an answer before the outage")

    await way.cut()
    telegram.world.text(CHAT, "你好")
    telegram.world.text(CHAT, "主菜单")
    end = asyncio.get_running_loop().time() + AWAY
    response = await page_says()
    assert response.status_code == 503, response.text
    assert re.search("[一-鿿]{4}", response.json()["detail"]), response.text
    assert await program.health(balancer) == 503
    await asyncio.sleep(max(0, end - asyncio.get_running_loop().time()))
    assert await answers() == 1, "answered without a database?"

    await way.restore()
    await comes(lambda: _at_least(answers, 3), "the answers to what was typed meanwhile")
    await comes(confirmed, "the confirmation of what was typed meanwhile")
    assert (await page_says()).status_code == 202, "what the page sends again is taken"
    await comes(lambda: _well(program, balancer), "health")

    async def shown() -> bool:
        return "您好，这里是" in (await browser.get(program.address)).text

    await comes(shown, "the answer in the web chat")


async def test_after_an_outage_a_process_still_counts_as_alive(postgres: str, tmp_path: Path) -> None:
    """Sessions end with the database, and locks with sessions: otherwise others would take over what it works at."""
    async with Relay(await new_postgres_database(postgres)) as way:
        near, far = Database(way.url, Keyring(SECRET)), Database(way.url, Keyring(SECRET))
        one, other = Replica(near, tmp_path), Replica(far, tmp_path)
        await one.enter()
        await other.enter()
        await way.cut()
        with pytest.raises((OSError, DBAPIError)):
            await one.dead(set())  # the tick that comes meanwhile fails, and comes again
        await way.restore()
        for database in (near, far):
            await comes(database.alive, "the database")
        await one.dead(set())
        assert await other.dead({one.id, "1"}) == {"1"}
        await one.leave()
        await near.close()
        assert await other.dead({one.id}) == {one.id}
        await other.leave()
        await far.close()


async def _at_least(answers: Callable[[], Awaitable[int]], number: int) -> bool:
    return await answers() >= number


async def _well(program: Program, balancer: httpx.AsyncClient) -> bool:
    return await program.health(balancer) == 200
