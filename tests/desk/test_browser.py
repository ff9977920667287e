"""The desk in a real Chromium, under the house's own headers: it fits, it is quiet, and its forms get through."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Page

from bot.web.app import build_web
from desk.app import build_desk
from tests.browser.chromium import Seen, launched
from tests.desk.office import STAFF, Office

WIDTHS = (360, 1920)
ANSWER = {"事实": "查了考勤", "依据": "《劳动法》第四十四条", "处理": "已告知", "救济途径": "可以仲裁"}

pytestmark = pytest.mark.browser


@asynccontextmanager
async def _idle(_app: FastAPI) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def _served(office: Office) -> AsyncIterator[str]:
    """Serve the desk as the program does, on a free port of this machine."""
    app = build_web(
        routers=[], mounts={"/desk": build_desk(office.services, secure=False)}, secure=False, lifespan=_idle
    )
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", ws="none"))
    running = asyncio.ensure_future(server.serve())
    while not server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
        await asyncio.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await running


async def _enters(office: Office, page: Page, base: str, name: str) -> None:
    token = await office.services.accounts.issue_link(office.staff[name].id, "desk")
    await page.goto(f"{base}/desk/enter/{token}")
    await page.get_by_role("button", name="进入工作台").click()
    await page.get_by_role("heading", name="我现在要办的").wait_for()


async def test_an_officer_works_on_a_phone(office: Office) -> None:
    request = await office.request()
    seen = Seen()
    async with _served(office) as base, launched() as browser:
        page = await browser.new_page(viewport={"width": 360, "height": 740}, color_scheme="dark")
        seen.watch(page)
        await _enters(office, page, base, "officer")
        assert await page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
        await page.get_by_role("link", name=request.number, exact=True).click()
        await page.get_by_role("button", name="签收，由我来办").dblclick()
        await page.get_by_text("已签收，这件由您经办").wait_for()
        await page.get_by_text("答复提交人").click()
        for label, text in (
            ("事实", "查了考勤"),
            ("依据", "《劳动法》第四十四条"),
            ("处理", "已告知"),
            ("救济途径", "可以仲裁"),
        ):
            await page.get_by_label(label, exact=True).fill(text)
        await page.get_by_text("已写 4 字").first.wait_for()
        await page.get_by_role("button", name="发出答复").click()
        await page.get_by_text("答复已发给提交人").wait_for()
    assert seen.complaints == []
    assert all(address.startswith(base) for address in seen.addresses)
    view = await office.services.requests.read(office.staff["officer"], request.id)
    assert [event.verb for event in view.events] == ["submit", "take", "reply"]


async def test_no_page_is_wider_than_its_screen(office: Office) -> None:
    request, booking = await office.taken(), await office.booking()
    lesson = sorted(office.services.lessons.lessons_for(office.services.lessons.audiences[0]), key=lambda one: one.id)[
        0
    ]
    pages = {
        "dispatcher": ["/desk/", "/desk/requests", f"/desk/requests/{request.id}", "/desk/codes", "/desk/nowhere"],
        "mediator": ["/desk/bookings", f"/desk/bookings/{booking.id}?day=2026-11-25"],
        "editor": ["/desk/lessons", f"/desk/lessons/{lesson.id}", "/desk/pushes", "/desk/questions"],
        "administrator": ["/desk/staff", "/desk/audit", "/desk/chat-link"],
    }
    assert set(pages) <= set(STAFF)
    seen = Seen()
    async with _served(office) as base, launched() as browser:
        for name, paths in pages.items():
            page = await browser.new_page()
            await _enters(office, page, base, name)
            seen.watch(page)
            for path in paths:
                await page.goto(base + path)
                for width in WIDTHS:
                    await page.set_viewport_size({"width": width, "height": 800})
                    wide = await page.evaluate("document.documentElement.scrollWidth")
                    assert wide <= width, f"{path} is {wide} px wide on {width}"
                assert await page.locator("h1").count() == 1, path
            await page.context.close()
    assert [said for said in seen.complaints if "404" not in said] == []
