"""People at a browser: they type, tap and send, and wait for what they would see. None looks behind the page."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from tests.browser.chromium import Seen

PHONE: ViewportSize = {"width": 390, "height": 844}
SCREEN: ViewportSize = {"width": 1280, "height": 800}
PATIENCE = 20_000
"""Milliseconds after which somebody stops waiting; the machine may be busy with other tests."""
NEWEST = "Math.max(...[...document.querySelectorAll('#log .bot[data-id]')].map(one => Number(one.dataset.id)))"
"""The number of the bot's newest message."""
expect.set_options(timeout=PATIENCE)


class Visitor:
    """Somebody at the chat page."""

    def __init__(self, page: Page, address: str, seen: Seen) -> None:
        self.page = page
        self.address = address
        self.seen = seen
        self.log = page.locator("#log")
        self.box = page.get_by_role("textbox", name="输入消息")

    async def arrives(self) -> None:
        """Open the page for the first time and wait for the greeting."""
        await self.page.goto(self.address + "/")
        await self.sees("您好，这里是")

    async def says(self, text: str) -> None:
        """Type something and press Enter; it is then in the conversation, sent or still waiting."""
        await self.box.fill(text)
        await self.box.press("Enter")
        await expect(self.mine(text).last).to_be_visible()

    async def clicks(self, words: str) -> None:
        """Tap the newest button with these words."""
        await self.button(words).click()

    async def answers(self, *answers: str) -> None:
        """Give answers, `[…]` for a button, each after the bot has said something new."""
        for answer in answers:
            newest = await self.page.evaluate(NEWEST)
            if answer.startswith("["):
                await self.clicks(answer.strip("[]"))
            else:
                await self.says(answer)
            await self.page.wait_for_function(f"before => {NEWEST} > before", arg=newest)

    async def sends(self, name: str, kind: str, content: bytes) -> None:
        """Choose a file of the device."""
        await self.page.locator("#file").set_input_files({"name": name, "mimeType": kind, "buffer": content})

    async def sees(self, *words: str) -> None:
        """Wait until each of the words stands in what the bot says."""
        for word in words:
            await expect(self.log.locator(".bot", has_text=word).last).to_be_visible()

    async def sees_no(self, *words: str) -> None:
        """Wait until none of the words is in the conversation."""
        for word in words:
            await expect(self.log.locator(".msg", has_text=word)).to_have_count(0)

    async def is_told(self, words: str) -> None:
        """Wait for a passing note at the foot of the page."""
        await expect(self.page.locator("#toast")).to_contain_text(words)

    def button(self, words: str) -> Locator:
        """Return the newest button with these words."""
        return self.log.locator(".btn-key", has_text=words).last

    def mine(self, text: str) -> Locator:
        """Return what this person has said, sent or waiting."""
        return self.log.locator(".me", has_text=text)

    def leaves_no_complaint(self) -> None:
        """Fail if the browser complained, or asked for anything outside the program."""
        self.seen.assert_quiet(self.address)

    async def number(self, pattern: str) -> str:
        """Return the newest number of this form that the conversation names."""
        found = re.findall(pattern, await self.log.inner_text())
        assert found, f"没有看到 {pattern}"
        return str(found[-1])


class Officer:
    """Somebody at the desk."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    async def signs_in(self, link: str) -> None:
        """Use a one-time link that the program has printed."""
        await self.page.goto(link)
        await self.clicks("进入工作台")
        await self.sees("我现在要办的")

    async def clicks(self, words: str) -> None:
        """Press a button or follow a link."""
        spot = self.page.get_by_role("button", name=words).or_(self.page.get_by_role("link", name=words))
        await spot.first.click()

    async def sees(self, *words: str) -> None:
        """Wait until each of the words stands on the page."""
        for word in words:
            await expect(self.page.locator("main")).to_contain_text(word)


@asynccontextmanager
async def phone(
    browser: Browser, address: str, *, scheme: Literal["light", "dark"] = "light", width: int = PHONE["width"]
) -> AsyncIterator[Visitor]:
    """Give a newcomer a phone of their own."""
    async with await browser.new_context(
        viewport={"width": width, "height": PHONE["height"]}, locale="zh-CN", timezone_id="Asia/Shanghai",
        color_scheme=scheme,
    ) as context:  # fmt: skip
        seen = Seen()
        seen.watch(context)
        context.set_default_timeout(PATIENCE)
        yield Visitor(await context.new_page(), address, seen)


def sign_in_link(output: str, role: str) -> str:
    """Return the newest link that the program has printed for a role."""
    return str(re.findall(rf"^ +{role}  (http\S+)$", output, re.MULTILINE)[-1])
