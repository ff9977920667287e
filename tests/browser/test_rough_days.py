"""What must not get lost or shown when things go wrong: a killed server, a lost answer, two tabs, forged cookies."""

import re

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.people import Visitor, phone
from tests.browser.walks import WAGES
from tests.process import Program

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ANSWERED = "可以告，没签合同也能要"
"""How the reviewed answer to WAGES begins."""


async def _asked_and_answered_once(visitor: Visitor) -> None:
    """See question and answer once each, and still only once after a reload."""
    await visitor.sees(ANSWERED)
    await visitor.page.reload()
    await visitor.sees(ANSWERED)
    await expect(visitor.mine(WAGES)).to_have_count(1)
    await expect(visitor.log.locator(".bot", has_text=ANSWERED)).to_have_count(1)


async def test_what_is_typed_while_the_server_is_dead_arrives_and_is_answered_once(
    chromium: Browser, own_program: Program
) -> None:
    async with phone(chromium, own_program.address) as anna:
        await anna.arrives()
        bar = anna.page.get_by_text("网络断了，正在重连")
        await expect(bar).to_be_hidden()
        await own_program.kill()
        await expect(bar).to_be_visible()
        await anna.says(WAGES)
        await expect(anna.page.locator(".pending", has_text=WAGES)).to_be_visible()
        await own_program.start()
        await own_program.ready()
        await anna.sees(ANSWERED)
        await expect(bar).to_be_hidden()
        await expect(anna.page.locator(".pending")).to_have_count(0)
        await _asked_and_answered_once(anna)
        anna.seen.excuse("ERR_")  # refused connections, and the stream that was cut
        anna.leaves_no_complaint()


async def test_a_message_whose_receipt_was_lost_is_sent_again_and_answered_once(anna: Visitor) -> None:
    tries: list[str] = []

    async def lose_the_first_receipt(route: Route) -> None:
        tries.append(route.request.post_data or "")
        if len(tries) > 1:
            await route.continue_()
            return
        await route.fetch()
        await route.abort()

    await anna.page.route("**/chat/said", lose_the_first_receipt)
    async with anna.page.expect_response("**/chat/said"):  # the first had none
        await anna.says(WAGES)
    await _asked_and_answered_once(anna)
    anna.seen.excuse("ERR_FAILED")
    assert len(tries) == 2
    assert tries[0] == tries[1], "the same message under the same id"


async def test_the_page_listens_again_after_a_proxy_answered_for_a_dead_server(anna: Visitor) -> None:
    async def bad_gateway(route: Route) -> None:
        await route.fulfill(status=502)

    await anna.page.route("**/chat/events?*", bad_gateway, times=1)
    await anna.page.reload()
    await expect(anna.page.get_by_text("网络断了，正在重连")).to_be_visible()
    await anna.says(WAGES)
    await anna.sees(ANSWERED)
    await expect(anna.page.get_by_text("网络断了，正在重连")).to_be_hidden()
    anna.seen.excuse("502")


async def test_two_tabs_of_one_visitor_show_the_same(anna: Visitor) -> None:
    tab = Visitor(await anna.page.context.new_page(), anna.address, anna.seen)
    await tab.arrives()
    await anna.says(WAGES)
    for one in (anna, tab):
        await one.sees(ANSWERED)
        await expect(one.mine(WAGES)).to_have_count(1)
    await tab.clicks("有用")
    for one in (anna, tab):
        await one.sees("谢谢您告诉我们")


async def _forge_the_cookie(page: Page, address: str) -> None:
    (cookie,) = [one for one in await page.context.cookies(address) if one["name"] == "zhitong"]
    forged = re.sub(r"^[^.]+", "NDI", cookie["value"])  # another number under the old signature
    await page.context.add_cookies([{"name": "zhitong", "value": forged, "url": address}])


async def test_a_forged_cookie_makes_a_stranger_of_its_bearer(anna: Visitor) -> None:
    await anna.says(WAGES)
    await anna.sees(ANSWERED)
    await _forge_the_cookie(anna.page, anna.address)
    await anna.box.fill("我的数据")
    await anna.box.press("Enter")
    await anna.is_told("页面已过期，请刷新后再发")
    await expect(anna.box).to_have_value("我的数据")
    await anna.page.reload()
    await anna.sees("您好，这里是")
    await anna.sees_no(ANSWERED)
    anna.seen.excuse("401")


async def test_a_very_long_paste_is_counted_and_kept(anna: Visitor) -> None:
    await anna.says("天" * 5000)
    await anna.sees("5000 字", "一两句话")
    await anna.box.fill("地" * 5001)
    await anna.box.press("Enter")
    await anna.is_told("5001 字，最多 5000 字")
    await expect(anna.box).to_have_value("地" * 5001)


async def test_a_forbidden_file_is_refused_with_a_sentence(anna: Visitor) -> None:
    await anna.sends("工资表.exe", "application/octet-stream", b"MZ\x90\x00" + b"\x00" * 200)
    await anna.is_told("PDF")
    await expect(anna.mine("工资表.exe")).to_have_count(0)
    anna.seen.excuse("415")


async def test_a_file_that_is_too_large_never_leaves_the_phone(anna: Visitor) -> None:
    await anna.sends("扫描件.pdf", "application/pdf", b"%PDF-1.4" + b" " * (10 * 1024 * 1024))
    await anna.is_told("文件太大")
    assert not [asked for asked in anna.seen.addresses if asked.endswith("/chat/file")]


async def test_numbers_do_what_buttons_do(anna: Visitor) -> None:
    await anna.says("5")
    await anna.sees("个人信息告知")
    await anna.answers("1", "4", "1", "1")
    await anna.sees("几点方便")


async def test_what_is_typed_is_never_markup(anna: Visitor) -> None:
    await anna.says("<img src=x onerror=alert(1)><b>房东</b>不退押金")
    shown = anna.log.locator(".me:not(.pending)", has_text="<img src=x onerror=alert(1)><b>房东</b>")
    await expect(shown).to_be_visible()
    await expect(anna.log.locator("img")).to_have_count(0)
