"""Debian's Chromium for tests: found, started quietly, and watched for complaints and for addresses it asks for."""

import shutil
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic", "--disable-dev-shm-usage",
)  # fmt: skip
MISSING = "NO BROWSER TESTS: install Debian's chromium and fonts-noto-cjk to run them"


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """Start Chromium; where there is none, skip the test and say so in the summary of the whole run."""
    if CHROMIUM is None:
        _say_loudly()
        pytest.skip(MISSING)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        await browser.close()


def _say_loudly() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")  # the suite turns warnings into errors, and this one is news, not a fault
        warnings.warn(MISSING, pytest.PytestWarning, stacklevel=3)


@dataclass
class Seen:
    """What a browser complained about, and every address it asked for."""

    complaints: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    def watch(self, page: Page | BrowserContext) -> None:
        """Take notes of a page, or of every page of a context."""
        page.on("console", self._hear)
        page.on("request", lambda asked: self.addresses.append(asked.url))
        if isinstance(page, Page):
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
        else:
            page.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(f"{said.text} {said.location['url']}")

    def excuse(self, words: str) -> None:
        """Forget complaints that a test has provoked; fails if there was none."""
        provoked = [said for said in self.complaints if words in said]
        assert provoked, f"没有出现：{words}"
        self.complaints = [said for said in self.complaints if said not in provoked]

    def assert_quiet(self, address: str) -> None:
        """Fail if a page complained, or asked for anything that the program itself does not serve."""
        assert self.complaints == []
        assert [asked for asked in self.addresses if not asked.startswith((address, "blob:", "data:"))] == []
