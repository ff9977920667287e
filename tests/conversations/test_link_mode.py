"""Where personal data may not pass, forms and full pages go on in the web chat, for the same person."""

from collections.abc import Iterator

import pytest

from tests.conversations.walks import agrees, at, books, hands_in, registers
from tests.talking import ABROAD, Person, Town

PERSONAL = ("王建国", "13800138000", "138****8000", "合同到期", "春风食品", "两万块", "王**", "小周")


@pytest.fixture(autouse=True)
def _tuesday_morning() -> Iterator[None]:
    with at(2026, 11, 24, 10):
        yield


async def _follows(town: Town, person: Person, words: str) -> Person:
    """Open a link in a browser that was never here, as the page behind it does, and go on there."""
    token = (await person.link(words)).rpartition("/")[2]
    browser = town.person()
    await browser.account()
    link = await town.services.accounts.bind("web", str(browser.chat_id), token, "form")
    await browser.says(f"/start {link.target}")
    return browser


@pytest.mark.parametrize("data", ["fill:book:", "fill:register:", "fill:request:", "fill:more:1", "fill:reply:1"])
async def test_a_form_asks_nothing_here_but_hands_over(town: Town, data: str) -> None:
    traveller = town.person(ABROAD)
    await traveller.presses(data)
    traveller.sees("到网页里填")
    assert "/go/" in await traveller.link("在网页中继续")


async def test_the_link_opens_the_very_form_for_the_same_person(town: Town) -> None:
    traveller = town.person(ABROAD)
    await traveller.presses("fill:book:债务借款")
    browser = await _follows(town, traveller, "在网页中继续")
    await agrees(browser)
    browser.sees("“债务借款”可以找这些工作室")
    assert (await browser.account()).id == (await traveller.account()).id


async def test_staff_abroad_see_numbers_and_dates_but_nobody(town: Town, anna: Person) -> None:
    officer = await town.staff("officer", department="labour", channel=ABROAD)
    mediator = await town.staff("mediator", studio="xiaojiang", channel=ABROAD)
    await registers(anna)
    await hands_in(anna)
    await books(anna)
    await town.tick()
    for person, number, pages in (
        (officer, "ZTC-2026-000001", ("go:queue:0", "go:case:1")),
        (mediator, "TJ-2026-000001", ("go:day:2026-11-26", "go:visit:1")),
    ):
        await person.looks()
        person.sees(number)
        person.sees_no(*PERSONAL)
        for page in pages:
            await person.presses(page)
            person.sees(number)
            person.sees_no(*PERSONAL)
    dispatcher = await town.staff("dispatcher", channel=ABROAD)
    await registers(town.person(), "91330100799655058C")
    await town.tick()
    await dispatcher.looks()
    dispatcher.sees("信用代码要核对")
    for page in ("go:work:", "go:codes:", "go:code:2"):
        await dispatcher.presses(page)
        dispatcher.sees_no(*PERSONAL, "91330100799655058C")
    await officer.presses("go:whole:1")
    officer.sees("不能办理")
    officer.sees_no(*PERSONAL)


async def test_the_full_case_opens_in_the_web_chat(town: Town, anna: Person) -> None:
    officer = await town.staff("officer", department="labour", channel=ABROAD)
    await registers(anna)
    await hands_in(anna)
    await officer.presses("go:case:1")
    desk = await _follows(town, officer, "在网页中看全文")
    await agrees(desk)
    await desk.clicks("打开")
    desk.sees("王建国", "合同到期")


async def test_a_link_shows_only_what_is_ones_own(town: Town, anna: Person) -> None:
    await registers(anna)
    await hands_in(anna)
    mallory = town.person()
    for what in ("request_1", "case_1", "booking_1", "visit_1", "nothing_1", "request_x", "request"):
        await mallory.says(f"/start form-see-{what}")
        await agrees(mallory)
        await mallory.clicks("打开")
        mallory.sees("没有找到")
        mallory.sees_no(*PERSONAL)
        await mallory.says("取消")
