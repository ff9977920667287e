"""Requests at the desk: who sees which, what can be done, and what is shown of it."""

from datetime import timedelta

import pytest

from services import clock
from tests.desk.office import MONDAY, Browser, Office
from tests.services.people import at


async def _opened(office: Office, name: str, number: int) -> Browser:
    browser = await office.signed_in(name)
    await browser.opens(f"/desk/requests/{number}")
    return browser


async def test_an_officer_sees_the_departments_requests_and_no_others(office: Office) -> None:
    own, other = await office.request(), await office.request("enforcement")
    browser = await office.signed_in("officer")
    await browser.opens("/desk/requests")
    browser.sees(own.number, "清河机械厂", "联系 11月24日（周二）")
    browser.misses(other.number)
    assert (await browser.opens(f"/desk/requests/{other.id}")).status_code == 404
    browser.sees("没有找到这条记录")
    assert (await browser.opens(f"/desk/requests/{own.id}")).status_code == 200


@pytest.mark.parametrize("name", ["mediator", "editor", "administrator"])
async def test_the_queue_is_not_everybodys(office: Office, name: str) -> None:
    request = await office.request()
    browser = await office.signed_in(name)
    assert (await browser.opens("/desk/requests")).status_code == 403
    browser.sees("您的岗位不能办理这一步")
    assert (await browser.opens(f"/desk/requests/{request.id}")).status_code == 404
    browser.misses("员工要求支付加班费")


async def test_a_step_on_somebody_elses_request_is_not_found(office: Office) -> None:
    own, other = await office.taken(), await office.request("enforcement")
    browser = await _opened(office, "officer", own.id)
    form = browser.hidden(f"/desk/requests/{own.id}/contacted")
    answer = await browser.client.post(f"/desk/requests/{other.id}/take", data=form)
    assert answer.status_code == 404
    assert (await browser.client.post(f"/desk/requests/{own.id}/withdraw", data=form)).status_code == 404


async def test_an_officer_takes_asks_and_answers(office: Office) -> None:
    request = await office.request()
    path = f"/desk/requests/{request.id}"
    browser = await _opened(office, "officer", request.id)
    browser.sees("待签收", "员工要求支付加班费", "13812345678", "陈厂长")
    await browser.sends(f"{path}/take")
    browser.sees("已签收，这件由您经办", "办理中")
    await browser.sends(f"{path}/contacted", note="电话已打通")
    browser.sees("已记下联系情况", "电话已打通")
    await browser.sends(f"{path}/ask_more", question="请补充考勤表")
    browser.sees("等待补充材料", "请补充考勤表", "暂停计时")
    await browser.sends(f"{path}/reply", facts="事实一", basis="依据二", handling="处理三", remedy="途径四")
    browser.sees("已答复，等待评价", "事实一", "依据二", "处理三", "途径四")
    assert not browser.offers(f"{path}/reply")


async def test_two_officers_and_one_request(office: Office) -> None:
    request = await office.request()
    path = f"/desk/requests/{request.id}/take"
    first, second = await _opened(office, "officer", request.id), await _opened(office, "colleague", request.id)
    await first.sends(path)
    assert (await second.sends(path)).status_code == 409
    second.sees("王人社已经签收了这件诉求", "这一步不用您办")
    assert not second.offers(path)


async def test_a_dispatcher_sends_on_and_turns_away(office: Office) -> None:
    request = await office.taken()
    path = f"/desk/requests/{request.id}"
    browser = await _opened(office, "dispatcher", request.id)
    assert (await browser.sends(f"{path}/dispatch", department="tax", why="")).status_code == 409
    browser.sees("内容是空的", '<option value="tax" selected>')
    await browser.sends(f"{path}/dispatch", department="tax", why="是税务的事")
    browser.sees("已转出", "转到税务局", "是税务的事")
    officer = await office.signed_in("officer")
    assert (await officer.opens(path)).status_code == 404
    route = office.services.county.excluded[0].route
    await browser.sends(f"{path}/reject", route=route)
    browser.sees("不属受理范围", route)


async def test_only_a_supervisor_closes_before_the_author_had_time(office: Office) -> None:
    request = await office.taken()
    path = f"/desk/requests/{request.id}"
    officer = office.staff["officer"]
    await office.services.requests.reply(officer, request.id, office.key(), "事实", "依据", "处理", "途径")
    browser = await _opened(office, "officer", request.id)
    assert not browser.offers(f"{path}/close")
    supervisor = await _opened(office, "supervisor", request.id)
    await supervisor.sends(f"{path}/close", outcome="partly", why="已经当面说明")
    supervisor.sees("已结案", "诉求部分合理，已说明", "已经当面说明")


async def test_the_list_is_filtered(office: Office) -> None:
    waiting, taken, other = await office.request(), await office.taken(), await office.request("enforcement")
    browser = await office.signed_in("dispatcher")
    for query, seen in (
        ("", {waiting, taken, other}),
        ("state=handling", {taken}),
        ("department=enforcement", {other}),
        (f"text={other.number[-6:]}", {other}),
        ("text=清河", {waiting, taken, other}),
        ("text=没有这家", set()),
        ("light=red", set()),
        ("light=green", set()),
        ("light=yellow", {waiting, taken, other}),
        ("state=nonsense&department=nowhere&light=blue", {waiting, taken, other}),
    ):
        await browser.opens(f"/desk/requests?{query}")
        numbers = {request.number for request in seen}
        browser.sees(f"共 {len(numbers)} 件", *numbers)
        browser.misses(*({waiting.number, taken.number, other.number} - numbers))


async def test_lights_turn_and_the_first_page_counts_them(office: Office) -> None:
    request = await office.request()
    with clock.moved_to(at("2026-11-25 09:00")):
        browser = await office.signed_in("officer")
        browser.sees("light-red", "已超期", request.number)
        await browser.opens("/desk/requests?light=red")
        browser.sees(request.number, "共 1 件")


async def test_what_people_write_is_never_markup(office: Office) -> None:
    request = await office.request(facts='<script>alert(1)</script> & "引号"')
    browser = await _opened(office, "officer", request.id)
    browser.sees("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;引号&#34;")
    browser.misses("<script>")
    await browser.opens('/desk/requests?text="><script>alert(2)</script>')
    browser.misses("<script>")


async def test_an_attachment_is_a_download_and_nothing_else(office: Office) -> None:
    file = await office.services.files.keep(office.boss.id, '合同 "一".pdf', b"%PDF-1.4\n%%EOF\n")
    request = await office.request(files=(file.id,))
    path = f"/desk/requests/{request.id}/files/{file.id}"
    browser = await _opened(office, "officer", request.id)
    assert path in browser.links()
    answer = await browser.opens(path)
    assert answer.content == b"%PDF-1.4\n%%EOF\n"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E5%90%88")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "no-store" in answer.headers["cache-control"]
    stranger = await office.signed_in("stranger")
    assert (await stranger.opens(path)).status_code == 404


async def test_a_look_is_written_down(office: Office) -> None:
    request = await office.request()
    await _opened(office, "officer", request.id)
    browser = await office.signed_in("administrator")
    await browser.opens("/desk/audit")
    browser.sees("查看诉求", f"诉求 {request.id}", "王人社")


async def test_a_doubtful_code_is_confirmed_once(office: Office) -> None:
    browser = await office.signed_in("dispatcher")
    browser.sees("有 1 家企业的信用代码要核对")
    page = await browser.opens("/desk/codes")
    browser.sees("清河机械厂", "校验码对不上")
    for _ in range(2):
        browser.page = page
        await browser.sends(f"/desk/codes/{office.enterprise.id}/confirm")
        browser.sees("没有待核对的信用代码")
    officer = await office.signed_in("officer")
    assert (await officer.opens("/desk/codes")).status_code == 403


async def test_silence_lets_the_officer_close(office: Office) -> None:
    request = await office.taken()
    officer = office.staff["officer"]
    await office.services.requests.reply(officer, request.id, office.key(), "事实", "依据", "处理", "途径")
    with clock.moved_to(at(MONDAY) + timedelta(days=7)):
        browser = await _opened(office, "officer", request.id)
        path = f"/desk/requests/{request.id}/close"
        assert (await browser.sends(path, outcome="won", why="没有回音")).status_code == 409
        browser.sees("没有这种办结结果", "没有回音")
        await browser.sends(path, outcome="unanswered", why="没有回音")
        browser.sees("已结案", "未评价")
