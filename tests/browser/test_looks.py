"""Whether everybody can use the page: by keyboard alone, in the dark, on a narrow phone and on a wide screen."""

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.browser.people import SCREEN, Visitor, phone
from tests.browser.walks import WAGES, books
from tests.process import Program

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CONTRAST = """element => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((c) => c / 255)
      .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let behind = element;
  while (/, 0\\)$|^transparent$/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
  const [a, b] = [light(getComputedStyle(element).color), light(getComputedStyle(behind).backgroundColor)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""
"""The contrast of an element's text with what is behind it (WCAG 2.2, 1.4.3)."""


async def _tabs_to(visitor: Visitor, spot: Locator, key: str = "Tab") -> None:
    for _ in range(60):
        if await spot.evaluate("one => one === document.activeElement"):
            return
        await visitor.page.keyboard.press(key)
    pytest.fail(f"{key} does not lead there")


async def test_the_keyboard_alone_is_enough(anna: Visitor) -> None:
    keyboard = anna.page.keyboard
    await _tabs_to(anna, anna.box)
    await keyboard.type(WAGES)
    await keyboard.press("Enter")
    await anna.sees("怎么做")
    await _tabs_to(anna, anna.page.locator("#file"), "Shift+Tab")
    await _tabs_to(anna, anna.button("预约调解"), "Shift+Tab")
    await keyboard.press("Enter")
    await anna.sees("个人信息告知")
    await _tabs_to(anna, anna.button("同意并继续"))
    await keyboard.press("Space")
    await anna.sees("是哪一类纠纷")
    await _tabs_to(anna, anna.button("债务借款"))
    await keyboard.press("Enter")
    await anna.sees("选一家")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_and_buttons_can_be_read_by_day_and_night(chromium: Browser, program: Program, scheme: str) -> None:
    async with phone(chromium, program.address, scheme="dark" if scheme == "dark" else "light") as anna:
        await anna.arrives()
        await anna.says(WAGES)
        await anna.sees("怎么做")
        body = anna.page.locator("html")
        await expect(body).to_have_attribute("data-bs-theme", scheme)
        await anna.box.focus()
        spots = (
            ".bot .text",
            ".bot i",
            ".bot time",
            ".me .text",
            ".me time",
            ".btn-key",
            ".top h1",
            ".top p",
            ".quick a",
        )
        for spot in (*spots, "#say [type=submit]"):
            contrast = await anna.page.locator(spot).last.evaluate(CONTRAST)
            assert contrast >= 4.5, f"{spot}: {contrast:.1f}"
        anna.leaves_no_complaint()


@pytest.mark.parametrize("width", [320, 390, SCREEN["width"]])
async def test_nothing_is_wider_than_the_screen(chromium: Browser, program: Program, width: int) -> None:
    async with phone(chromium, program.address, width=width) as anna:
        await anna.arrives()
        await anna.says(WAGES)
        await anna.sees("怎么做")
        await anna.says("https://example.test/" + "a" * 300)
        await books(anna)
        await anna.clicks("企业直通车")
        await anna.sees("办理时限")
        for spot in ("html", "#log"):
            wide, room = await anna.page.locator(spot).evaluate("one => [one.scrollWidth, one.clientWidth]")
            assert wide <= room <= width, spot
        small = await anna.page.locator("button, a.btn").evaluate_all(
            "all => all.filter(one => one.getBoundingClientRect().height < 44).map(one => one.innerText)"
        )
        assert small == [], "every target is as high as a finger"
        anna.leaves_no_complaint()
