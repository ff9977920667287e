"""Staff, their sign-in links, the log, and taking one's work into the chat."""

import re

import pytest

from tests.desk.office import ADDRESS, Office


async def test_an_administrator_makes_a_link_that_works_once(office: Office) -> None:
    browser = await office.signed_in("administrator")
    await browser.opens("/desk/staff")
    browser.sees("王人社", "部门经办人（人力资源和社会保障局）", "调解员（小蒋调解工作室）")
    await browser.sends(f"/desk/staff/{office.staff['officer'].id}/link")
    found = re.search(rf"{ADDRESS}/desk/enter/([\w-]+)", browser.page.text)
    assert found is not None
    other = office.browser()
    await other.enters(found[1])
    other.sees("王人社")
    await browser.opens("/desk/staff")
    browser.misses(found[1])


async def test_residents_get_no_sign_in_link(office: Office) -> None:
    browser = await office.signed_in("administrator")
    await browser.opens("/desk/staff")
    form = browser.hidden(f"/desk/staff/{office.staff['officer'].id}/link")
    for account_id in (office.anna.id, 9999):
        assert (await browser.client.post(f"/desk/staff/{account_id}/link", data=form)).status_code == 404


@pytest.mark.parametrize("name", ["officer", "dispatcher", "supervisor", "mediator", "editor"])
async def test_nobody_else_makes_links_or_reads_the_log(office: Office, name: str) -> None:
    browser = await office.signed_in(name)
    form = browser.hidden("/desk/leave")
    for path in ("/desk/staff", "/desk/audit"):
        assert (await browser.opens(path)).status_code == 403
        browser.misses("登录工作台")
    answer = await browser.client.post(f"/desk/staff/{office.staff['administrator'].id}/link", data=form)
    assert answer.status_code == 403
    assert "/desk/enter/" not in answer.text


async def test_the_log_reads_in_plain_chinese(office: Office) -> None:
    booking = await office.booking()
    for name in ("mediator", "supervisor"):
        await (await office.signed_in(name)).opens(f"/desk/bookings/{booking.id}")
    dispatcher = await office.signed_in("dispatcher")
    await dispatcher.opens("/desk/codes")
    await dispatcher.sends(f"/desk/codes/{office.enterprise.id}/confirm")
    browser = await office.signed_in("administrator")
    await browser.opens("/desk/audit")
    browser.sees(
        "新增人员", "普法编辑", "登录工作台", "查看预约", "本工作室调解员", "分拨员或督办员", "核对信用代码", "企业 1"
    )
    browser.misses("read booking", "desk:", "overseer")


async def test_work_goes_on_in_the_chat(office: Office) -> None:
    browser = await office.signed_in("mediator")
    await browser.opens("/desk/chat-link")
    await browser.sends("/desk/chat-link")
    found = re.search(r"/start bind_([\w-]+)", browser.page.text)
    assert found is not None
    browser.sees(f"{ADDRESS}/bind/{found[1]}")
    await office.services.accounts.bind("telegram", "77", found[1])
    assert (await office.services.accounts.meet("telegram", "77")).studios() == {"xiaojiang"}
