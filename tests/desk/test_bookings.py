"""Bookings at the desk: a mediator's week, and the answers to a booking."""

import re
from datetime import datetime

import pytest

from services import clock
from services.mediation import Booking, State
from tests.desk.office import Browser, Office


async def _opened(office: Office, name: str, booking: Booking, more: str = "") -> Browser:
    browser = await office.signed_in(name)
    await browser.opens(f"/desk/bookings/{booking.id}{more}")
    return browser


async def _state(office: Office, booking: Booking) -> State:
    return (await office.services.mediation.read(office.anna, booking.id)).booking.state


async def test_a_mediator_sees_the_studios_day(office: Office) -> None:
    own, other = await office.booking(), await office.booking("zhaojie", who=office.bob)
    browser = await office.signed_in("mediator")
    browser.sees("今天的预约", own.number, "等您确认的预约")
    await browser.opens(f"/desk/bookings?day={clock.local(own.starts_at).date()}")
    browser.sees(own.number, "138****5678", "1 个预约")
    browser.misses(other.number, "13812345678")
    await browser.opens("/desk/bookings?day=2026-12-07")
    browser.sees("这一天没有预约", "12月7日")
    for odd in ("nonsense", "9999-12-31", "0001-01-01"):
        assert (await browser.opens(f"/desk/bookings?day={odd}")).status_code == 200


async def test_another_studios_booking_is_not_found(office: Office) -> None:
    booking = await office.booking("zhaojie", facts="兄妹为医药费说不到一起")
    browser = await office.signed_in("mediator")
    own = await office.booking(who=office.bob)
    assert (await browser.opens(f"/desk/bookings/{booking.id}")).status_code == 404
    browser.misses("兄妹")
    await browser.opens(f"/desk/bookings/{own.id}")
    form = browser.hidden(f"/desk/bookings/{own.id}/accept")
    assert (await browser.client.post(f"/desk/bookings/{booking.id}/accept", data=form)).status_code == 404
    assert await _state(office, booking) is State.REQUESTED


@pytest.mark.parametrize("name", ["officer", "editor", "administrator"])
async def test_bookings_are_not_everybodys(office: Office, name: str) -> None:
    booking = await office.booking()
    browser = await office.signed_in(name)
    assert (await browser.opens("/desk/bookings")).status_code == 403
    assert (await browser.opens(f"/desk/bookings/{booking.id}")).status_code == 404


async def test_a_supervisor_reads_and_cannot_answer(office: Office) -> None:
    booking = await office.booking()
    browser = await _opened(office, "supervisor", booking)
    browser.sees("楼上漏水", "可以查看")
    assert not browser.offers(f"/desk/bookings/{booking.id}/accept")


async def test_accepting_twice_is_accepting_once(office: Office) -> None:
    booking = await office.booking()
    browser = await _opened(office, "mediator", booking)
    page = browser.page
    for _ in range(2):
        browser.page = page
        await browser.sends(f"/desk/bookings/{booking.id}/accept")
        browser.sees("预约人会收到通知", "已确认")
    assert await _state(office, booking) is State.ACCEPTED


async def test_declining_needs_a_reason(office: Office) -> None:
    booking = await office.booking()
    browser = await _opened(office, "mediator", booking)
    path = f"/desk/bookings/{booking.id}/decline"
    assert (await browser.sends(path, why=" ")).status_code == 409
    browser.sees("内容是空的")
    assert (await browser.sends(path, why="当" * 201)).status_code == 409
    browser.sees("最多 200 个字", "当" * 201)
    await browser.sends(path, why="当天要去法院")
    browser.sees("已婉拒", "当天要去法院", "工作室未能接受")
    assert await _state(office, booking) is State.DECLINED


async def test_moving_to_a_free_hour(office: Office) -> None:
    booking = await office.booking()
    browser = await _opened(office, "mediator", booking, "?day=2026-11-25")
    hours = re.findall(r'name="starts_at" value="([^"]+)"', browser.page.text)
    await browser.sends(f"/desk/bookings/{booking.id}/move", starts_at=hours[0])
    browser.sees("已改期", "改到 11月25日（周三）09:00")
    assert (await browser.opens(f"/desk/bookings/{booking.id}?day=2026-11-25")).status_code == 200


async def test_moving_to_an_hour_just_taken_says_so(office: Office) -> None:
    booking = await office.booking()
    browser = await _opened(office, "mediator", booking, "?day=2026-11-25")
    hours = re.findall(r'name="starts_at" value="([^"]+)"', browser.page.text)
    other = await office.booking(who=office.bob)
    await office.services.mediation.move(office.bob, other.id, office.key(), datetime.fromisoformat(hours[0]))
    path = f"/desk/bookings/{booking.id}/move"
    assert (await browser.sends(path, starts_at=hours[0])).status_code == 409
    browser.sees("刚刚被别人约走了", "有空的时间")
    page = browser.page
    for odd in ("nonsense", "2026-11-25T09:00", "0001-01-01T00:00+08:00"):
        browser.page = page
        assert (await browser.sends(path, starts_at=odd)).status_code == 409
        browser.sees("日期或时间没有填对")
