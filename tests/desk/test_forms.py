"""Forms come from our own pages, are done once, and lose nothing that was written."""

import re

from tests.desk.office import Office

NOTE = "电话里谈了二十分钟，对方愿意等到周五。"


async def _events(office: Office, number: int, verb: str) -> int:
    view = await office.services.requests.read(office.staff["officer"], number)
    return sum(event.verb == verb for event in view.events)


async def test_a_form_without_the_sessions_token_does_nothing(office: Office) -> None:
    request = await office.taken()
    browser = await office.signed_in("officer")
    path = f"/desk/requests/{request.id}/contacted"
    for token in ("", "f" * 64, "中文"):
        browser.page = await browser.client.post(path, data={"csrf": token, "key": "k", "note": NOTE})
        assert browser.page.status_code == 403
        browser.sees("页面已过期，请刷新再试", NOTE)
    assert await _events(office, request.id, "contacted") == 0


async def test_another_sessions_token_does_nothing(office: Office) -> None:
    request = await office.taken()
    browser, other = await office.signed_in("officer"), await office.signed_in("colleague")
    await other.opens("/desk/")
    stolen = other.hidden("/desk/leave")
    path = f"/desk/requests/{request.id}/contacted"
    assert (await browser.client.post(path, data=stolen | {"note": NOTE})).status_code == 403
    assert await _events(office, request.id, "contacted") == 0


async def test_every_form_that_changes_something_has_token_and_key(office: Office) -> None:
    request, booking = await office.taken(), await office.booking()
    pages = {
        "officer": [f"/desk/requests/{request.id}"],
        "dispatcher": [f"/desk/requests/{request.id}", "/desk/codes"],
        "mediator": [f"/desk/bookings/{booking.id}?day=2026-11-24"],
        "administrator": ["/desk/staff", "/desk/chat-link"],
    }
    for name, paths in pages.items():
        browser = await office.signed_in(name)
        for path in paths:
            await browser.opens(path)
            actions = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', browser.page.text)
            assert len(actions) > 1
            keys = [browser.hidden(action) for action in actions]
            assert all(len(one["csrf"]) == 64 and one["key"] for one in keys)
            assert len({one["key"] for one in keys}) == len(keys)


async def test_sending_a_form_twice_does_one_thing(office: Office) -> None:
    request = await office.taken()
    browser = await office.signed_in("officer")
    path = f"/desk/requests/{request.id}/contacted"
    page = await browser.opens(f"/desk/requests/{request.id}")
    for _ in range(2):
        browser.page = page
        assert (await browser.sends(path, note=NOTE)).status_code == 200
        browser.sees("已记下联系情况")
    assert await _events(office, request.id, "contacted") == 1
    await browser.opens(f"/desk/requests/{request.id}")
    await browser.sends(path, note="第二次联系，说好了下周见面。")
    assert await _events(office, request.id, "contacted") == 2


async def test_a_key_of_one_matter_is_not_the_key_of_another(office: Office) -> None:
    first, second = await office.taken(), await office.taken()
    browser = await office.signed_in("officer")
    await browser.opens(f"/desk/requests/{first.id}")
    form = browser.hidden(f"/desk/requests/{first.id}/contacted") | {"note": NOTE}
    for request in (first, second):
        answer = await browser.client.post(f"/desk/requests/{request.id}/contacted", data=form)
        assert answer.status_code == 303
        assert await _events(office, request.id, "contacted") == 1


async def test_a_refused_form_keeps_what_was_typed(office: Office) -> None:
    request = await office.taken()
    browser = await office.signed_in("officer")
    await browser.opens(f"/desk/requests/{request.id}")
    facts = "查了考勤和工资条，\r\n加班 12 小时没有付钱 <b>属实</b>。"
    path = f"/desk/requests/{request.id}/reply"
    rest = {"handling": "已责令改正。", "remedy": "可以申请劳动仲裁。"}
    answer = await browser.sends(path, facts=facts, basis="  ", **rest)
    assert answer.status_code == 409
    browser.sees("内容是空的", "查了考勤和工资条，\n加班 12 小时没有付钱 &lt;b&gt;属实&lt;/b&gt;。", "已责令改正。")
    assert browser.offers(path)
    await browser.sends(path, facts=facts, basis="《劳动法》第四十四条", **rest)
    browser.sees("答复已发给提交人", "已答复，等待评价")


async def test_text_for_a_step_that_is_gone_is_shown_to_copy(office: Office) -> None:
    request = await office.taken()
    browser = await office.signed_in("officer")
    await browser.opens(f"/desk/requests/{request.id}")
    await office.services.requests.withdraw(office.boss, request.id, office.key())
    answer = await browser.sends(f"/desk/requests/{request.id}/ask_more", question="请补充十月份的考勤表和工资条。")
    assert answer.status_code == 409
    browser.sees("已撤回", "您刚才写的内容还在这里", "请补充十月份的考勤表和工资条。")


async def test_a_text_far_too_long_is_refused_kindly(office: Office) -> None:
    request = await office.taken()
    browser = await office.signed_in("officer")
    path = f"/desk/requests/{request.id}/contacted"
    await browser.opens(f"/desk/requests/{request.id}")
    assert (await browser.sends(path, note="长" * 2001)).status_code == 409
    browser.sees("内容太长了：最多 2000 个字", "长" * 2001)
    assert (await browser.sends(path, note="长" * 200_000)).status_code == 413
    browser.sees("提交的内容太长")
