"""`python -m docs.pictures`: take the pictures of README.md from the running program and its demonstration county."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, Page

from tests.browser.chromium import CHROMIUM, MISSING, launched
from tests.browser.people import SCREEN, Officer, Visitor, phone, sign_in_link
from tests.browser.walks import WAGES, agrees
from tests.process import Program

PICTURES = Path(__file__).parent / "pictures"
LARGEST = 250_000
"""Bytes: README.md is also read over slow lines."""


async def take_all() -> None:
    """Start the program on an empty folder and photograph chat and desk."""
    with TemporaryDirectory(prefix="zhitong-pictures-") as folder:
        program = Program(Path(folder))
        await program.start()
        try:
            await program.ready()
            async with launched() as browser:
                await _of_the_chat(browser, program)
                await _of_the_desk(browser, program)
        finally:
            await program.close()


async def _of_the_chat(browser: Browser, program: Program) -> None:
    async with _newcomer(browser, program) as anna:
        await anna.says(WAGES)
        await anna.sees("怎么做")
        await _take(anna.page, "chat")
    async with _newcomer(browser, program) as anna:
        await anna.says("预约调解")
        await agrees(anna)
        await anna.answers("[邻里相邻]", "[小蒋]")
        await anna.sees("想约哪天")
        await _take(anna.page, "booking")
    async with _newcomer(browser, program) as anna:
        await anna.says("普法微课")
        await anna.sees("点一下订阅")
        await anna.answers("[现在来一课]", "[农民工]")
        await anna.sees("案情")
        await _take(anna.page, "lesson")


async def _of_the_desk(browser: Browser, program: Program) -> None:
    async with phone(browser, program.address) as visitor:
        desk = Officer(visitor.page, program.address)
        await desk.signs_in(sign_in_link(program.output, "分拨员"))
        await _take(visitor.page, "desk-phone")
        await visitor.page.set_viewport_size(SCREEN)
        await _take(visitor.page, "desk")


@asynccontextmanager
async def _newcomer(browser: Browser, program: Program) -> AsyncIterator[Visitor]:
    async with phone(browser, program.address) as visitor:
        await visitor.arrives()
        yield visitor


async def _take(page: Page, name: str) -> None:
    """Save what is on the screen, with no pointer over it, no cursor in it and no passing note."""
    await page.mouse.move(0, 0)
    await page.evaluate("document.activeElement.blur()")
    await page.locator("#toast:not([hidden]), [aria-busy]").first.wait_for(state="detached")
    picture = await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled", caret="hide")
    assert len(picture) < LARGEST, f"{name}.png: {len(picture)} bytes"  # noqa: S101 (a tool for developers)
    print(f"docs/pictures/{name}.png  {len(picture) // 1000} kB")


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit(MISSING)
    asyncio.run(take_all())
