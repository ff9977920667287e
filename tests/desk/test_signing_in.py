"""Getting in by a one-time link, staying in for a while, and getting out."""

from dataclasses import replace
from datetime import timedelta

from services import clock
from services.accounts import Role
from tests.desk.office import MONDAY, Office, house
from tests.services.people import at


async def test_a_preview_of_the_link_does_not_use_it_up(office: Office) -> None:
    token = await office.services.accounts.issue_link(office.staff["officer"].id, "desk")
    preview, browser = office.browser(), office.browser()
    for _ in range(3):
        assert (await preview.opens(f"/desk/enter/{token}")).status_code == 200
    await browser.enters(token)
    browser.sees("王人社", "部门经办人", "我现在要办的")


async def test_the_link_works_once(office: Office) -> None:
    token = await office.services.accounts.issue_link(office.staff["officer"].id, "desk")
    await office.browser().enters(token)
    second = office.browser()
    assert (await second.enters(token)).status_code == 410
    second.sees("链接已经用过或已过期")
    await second.opens("/desk/")
    second.sees("请用登录链接进入")


async def test_a_link_for_the_chat_does_not_open_the_desk(office: Office) -> None:
    token = await office.services.accounts.issue_link(office.staff["officer"].id, "bind")
    assert (await office.browser().enters(token)).status_code == 410


async def test_a_resident_has_no_desk(office: Office) -> None:
    browser = office.browser()
    await browser.enters(await office.services.accounts.issue_link(office.anna.id, "desk"))
    browser.sees("请用登录链接进入")


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(office: Office) -> None:
    for secure in (False, True):
        secured = replace(office, app=house(office.services, secure=secure)).browser()
        token = await office.services.accounts.issue_link(office.staff["officer"].id, "desk")
        answer = await secured.client.post(f"/desk/enter/{token}")
        cookie = answer.headers["set-cookie"].lower()
        assert all(part in cookie for part in ("httponly", "samesite=lax", "path=/desk"))
        assert ("secure" in cookie) is secure


async def test_strangers_are_led_to_the_page_that_says_how_to_get_in(office: Office) -> None:
    browser = office.browser()
    answer = await browser.client.get("/desk/requests")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/")
    assert (await browser.opens("/desk/requests")).status_code == 200
    browser.sees("请用登录链接进入")
    browser.misses("/desk/leave")


async def test_text_typed_into_an_ended_session_comes_back(office: Office) -> None:
    request = await office.taken()
    browser = office.browser()
    path = f"/desk/requests/{request.id}/contacted"
    browser.page = await browser.client.post(path, data={"note": "电话里谈了二十分钟，<b>对方</b>愿意等。"})
    assert browser.page.status_code == 401
    browser.sees("请先登录", "&lt;b&gt;对方&lt;/b&gt;愿意等")


async def test_signing_out_ends_the_session_itself(office: Office) -> None:
    browser = await office.signed_in("officer")
    cookies = dict(browser.client.cookies)
    await browser.opens("/desk/")
    await browser.sends("/desk/leave")
    browser.sees("请用登录链接进入")
    thief = office.browser()
    thief.client.cookies.update(cookies)
    await thief.opens("/desk/")
    thief.sees("请用登录链接进入")


async def test_who_signs_in_next_ends_the_session_before(office: Office) -> None:
    browser = await office.signed_in("officer")
    cookies = dict(browser.client.cookies)
    await browser.enters(await office.services.accounts.issue_link(office.staff["editor"].id, "desk"))
    browser.sees("周编辑")
    thief = office.browser()
    thief.client.cookies.update(cookies)
    await thief.opens("/desk/")
    thief.sees("请用登录链接进入")


async def test_an_idle_session_ends(office: Office) -> None:
    browser = await office.signed_in("officer")
    with clock.moved_to(at(MONDAY) + timedelta(hours=9)):
        await browser.opens("/desk/")
        browser.sees("请用登录链接进入")


async def test_everybody_gets_the_navigation_of_their_work(office: Office) -> None:
    shown = {
        "officer": ("诉求",),
        "dispatcher": ("诉求", "信用代码"),
        "supervisor": ("诉求",),
        "mediator": ("调解预约",),
        "editor": ("微课", "推送", "没答上的问题"),
        "administrator": ("信用代码", "人员", "操作日志"),
    }
    every = {label for labels in shown.values() for label in labels}
    assert set(shown) >= {role.value for role in Role}
    for name, labels in shown.items():
        browser = await office.signed_in(name)
        browser.sees(*(f">{label}</a>" for label in labels))
        browser.misses(*(f">{label}</a>" for label in every - set(labels)))
