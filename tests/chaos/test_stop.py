"""Starting and stopping as people do it: Ctrl-C, a second start on the same data, two at once."""

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.process import Program, until

pytestmark = pytest.mark.timeout(300)

STOPS_WITHIN = 10.0


async def stopped(program: Program) -> int:
    """Press Ctrl-C and wait as long as people do; return the exit status."""
    async with asyncio.timeout(STOPS_WITHIN):
        return await program.interrupt()


async def said(program: Program, browser: httpx.AsyncClient, text: str) -> None:
    """Type into the chat page and wait until it was answered."""
    await browser.get(program.address)
    sent = await browser.post(f"{program.address}/chat/said", json={"id": "first-word", "text": text})
    assert sent.status_code == 202

    async def answered() -> bool:
        page = (await browser.get(program.address)).text
        return text in page and "普法信息，不是律师意见" in page

    assert await until(answered, 30), program.output


async def test_ctrl_c_ends_it_while_a_page_is_open_and_the_next_start_goes_on_with_the_same_data(
    tmp_path: Path,
) -> None:
    """What was said before the stop is still on the page, and the demonstration county is not loaded again."""
    program = Program(tmp_path)
    async with httpx.AsyncClient() as browser:
        try:
            await program.start()
            await program.ready()
            await said(program, browser, "您好")
            async with browser.stream("GET", f"{program.address}/chat/events"):
                assert await stopped(program) == 0, program.output
            first = program.output
            await program.start()
            await program.ready()
            again = program.output.removeprefix(first)
            assert "您好" in (await browser.get(program.address)).text
            assert await stopped(program) == 0, program.output
        finally:
            await program.close()
    assert "正在装入演示县的数据" in first
    assert "正在装入演示县的数据" not in again
    assert "Traceback" not in program.output


async def test_ctrl_c_ends_it_while_it_waits_for_a_messenger_that_never_answers(tmp_path: Path) -> None:
    """Nobody listens where Telegram should be."""
    program = Program(tmp_path, telegram_token="1:test", telegram_api="http://127.0.0.1:9")
    try:
        await program.start()
        await program.ready()
        assert await stopped(program) == 0, program.output
    finally:
        await program.close()


async def test_a_second_one_on_the_same_data_says_so_and_leaves_the_first_alone(tmp_path: Path) -> None:
    """Two programs on one SQLite file would handle every message twice."""
    first, second = Program(tmp_path), Program(tmp_path)
    try:
        await first.start()
        await first.ready()
        await second.start()
        assert await second.ended() == 1
        assert "另一个直通程序正在使用同一个数据文件夹" in second.output
        assert "Traceback" not in second.output
        async with httpx.AsyncClient() as client:
            assert await first.health(client) == 200
        assert await stopped(first) == 0, first.output
    finally:
        await first.close()
        await second.close()
