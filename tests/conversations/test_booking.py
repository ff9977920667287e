"""A resident books a studio, moves, cancels, is reminded, and is caught where a booking would do harm."""

from collections.abc import Iterator

import pytest

from services import clock
from tests.conversations.walks import at, books, opens
from tests.talking import Person, Town


@pytest.fixture(autouse=True)
def _tuesday_morning() -> Iterator[None]:
    with at(2026, 11, 24, 10):
        yield


async def _mine(person: Person) -> list[str]:
    services = person.town.application.services
    found = await services.mediation.mine(await person.account())
    return [f"{clock.local(one.starts_at):%m-%d %H:%M} {one.state}" for one in found]


async def test_a_booking_ends_with_a_number_a_place_and_what_to_bring(anna: Person) -> None:
    await books(anna)
    anna.sees("TJ-2026-000001", "11月26日 周四 09:00", "小蒋", "0900-5550101", "请带")
    await anna.clicks("我的预约")
    anna.sees("TJ-2026-000001", "等待工作室确认")


async def test_everything_can_be_typed(anna: Person) -> None:
    await anna.says("预约调解")
    await anna.says("同意")
    await anna.says("债务借款")
    await anna.says("1")
    await anna.says("26号")
    await anna.says("下午2点")
    await anna.says("借了钱不还")
    anna.sees("留个电话")
    await anna.says("０５７１-87654321")
    anna.sees("11月26日 周四 14:00", "057187654321")
    await anna.says("1")
    anna.sees("TJ-2026-000001")


async def test_the_summary_shows_the_phone_to_its_owner_and_says_that_it_is_free(anna: Person) -> None:
    await opens(anna, "fill:book:债务借款")
    await anna.clicks("小蒋")
    await anna.clicks("11月26日")
    await anna.clicks("09:00")
    await anna.says("借了钱不还")
    await anna.says("13800138000")
    anna.sees("13800138000", "不收任何费用", "由工作室联系对方")


async def test_only_open_days_are_offered_and_a_closed_one_is_refused_kindly(anna: Person) -> None:
    await opens(anna, "fill:book:债务借款")
    await anna.clicks("小蒋")
    assert not [label for label in anna.buttons() if "周日" in label]
    await anna.says("周日")
    anna.sees("11月29日 周日不能约", "想约哪天")


async def test_domestic_violence_is_not_booked(anna: Person) -> None:
    await opens(anna, "fill:book:")
    await anna.clicks("家庭暴力")
    anna.sees("110", "12338", "人身安全保护令", "告诫书")
    assert await _mine(anna) == []
    assert any("找人工" in label for label in anna.buttons())


async def test_words_of_danger_in_the_facts_bring_the_card_first(anna: Person) -> None:
    await opens(anna, "fill:book:婚姻家庭")
    await anna.clicks("赵姐")
    await anna.says("周四")
    await anna.says("9点")
    await anna.says("我老公又打我了，拿刀要杀我")
    anna.sees("110")
    anna.sees_no("留个电话")
    await anna.clicks("仍要预约")
    anna.sees("留个电话")


async def test_an_hour_taken_meanwhile_leads_back_to_the_hours_that_are_left(town: Town, anna: Person) -> None:
    await opens(anna, "fill:book:债务借款")
    await anna.clicks("小蒋")
    await anna.says("周四")
    await anna.says("9:00")
    await anna.says("借了钱不还")
    await anna.says("13800138000")
    bob = town.person()
    await books(bob)
    bob.sees("TJ-2026-000001")
    await anna.clicks("确认预约")
    anna.sees("刚刚被别人约走了", "几点方便")
    assert "09:00–10:00" not in anna.buttons()
    await anna.clicks("10:00")
    await anna.clicks("确认预约")
    anna.sees("TJ-2026-000002", "10:00")


async def test_one_step_back_means_another_day(anna: Person) -> None:
    await opens(anna, "fill:book:债务借款")
    await anna.clicks("小蒋")
    await anna.says("周四")
    await anna.says("返回")
    anna.sees("想约哪天")
    await anna.says("周五")
    anna.sees("11月27日 周五，几点方便")


async def test_pressing_confirm_twice_books_once(anna: Person) -> None:
    await opens(anna, "fill:book:债务借款")
    await anna.clicks("小蒋")
    await anna.says("周四")
    await anna.says("9:00")
    await anna.says("借了钱不还")
    await anna.says("13800138000")
    confirm = next(
        button.data for entry in anna.news for button in entry.buttons if button.text == "确认预约" and button.data
    )
    await anna.presses(confirm)
    await anna.presses(confirm)
    anna.sees("已经填完")
    assert await _mine(anna) == ["11-26 09:00 requested"]


async def test_a_wrong_phone_and_too_many_words_are_said_plainly(anna: Person) -> None:
    await opens(anna, "fill:book:债务借款")
    await anna.clicks("小蒋")
    await anna.says("周四")
    await anna.says("9:00")
    await anna.says("借" * 501)
    anna.sees("最多 500 个字")
    await anna.says("借了钱不还")
    await anna.says("12345")
    anna.sees("服务热线", "留个电话")


async def test_a_booking_is_moved(anna: Person) -> None:
    await books(anna)
    await anna.clicks("查看、改期")
    await anna.clicks("改期")
    anna.sees("11月26日 周四 09:00")
    await anna.says("周五")
    await anna.says("14:00")
    await anna.clicks("确认改期")
    anna.sees("11月27日 周五 14:00")
    assert await _mine(anna) == ["11-27 14:00 requested"]


async def test_a_booking_is_cancelled_only_after_a_second_look(anna: Person) -> None:
    await books(anna)
    await anna.clicks("查看、改期")
    await anna.clicks("取消预约")
    assert await _mine(anna) == ["11-26 09:00 requested"]
    await anna.clicks("确定取消")
    anna.sees("已取消 TJ-2026-000001")
    assert await _mine(anna) == ["11-26 09:00 cancelled"]


async def test_close_to_the_hour_only_the_phone_helps(anna: Person) -> None:
    await books(anna)
    with at(2026, 11, 26, 8):
        await anna.clicks("查看、改期")
        anna.sees("请直接打工作室的电话")
        assert not {"改期", "取消预约"} & set(anna.buttons())
        await anna.presses("act:cancel-booking:1:yes")
        anna.sees("0900-5550101")
    assert await _mine(anna) == ["11-26 09:00 requested"]


async def test_nobody_sees_or_touches_the_booking_of_another(town: Town, anna: Person) -> None:
    await books(anna)
    mallory = town.person()
    for data in ("go:booking:1", "act:cancel-booking:1:yes", "go:visit:1", "act:accept:1:"):
        await mallory.presses(data)
        mallory.sees("没有找到")
        mallory.sees_no("TJ-2026")
    await opens(mallory, "fill:move:1")
    mallory.sees("没有找到")
    assert await _mine(anna) == ["11-26 09:00 requested"]


@pytest.mark.parametrize("data", ["go:booking:abc", "go:booking:", "go:booking:99999999999999999999", "fill:move:x"])
async def test_a_made_up_button_is_answered_kindly(anna: Person, data: str) -> None:
    await opens(anna, data)
    anna.sees("没有找到")


async def test_reminders_come_the_day_before_and_two_hours_before(town: Town, anna: Person) -> None:
    await books(anna)
    for day, hour in ((25, 9), (26, 7)):
        with at(2026, 11, day, hour, 1):
            await town.tick()
            await anna.looks()
            assert anna.screen.count("🔔 提醒：11月26日 周四 09:00") == (1 if day == 25 else 2)


async def test_a_cancelled_booking_reminds_nobody(town: Town, anna: Person) -> None:
    await books(anna)
    await anna.presses("act:cancel-booking:1:yes")
    with at(2026, 11, 25, 9, 1):
        await town.tick()
        await anna.looks()
    anna.sees_no("提醒：")


async def test_a_restart_in_the_middle_loses_nothing(town: Town, anna: Person) -> None:
    await opens(anna, "fill:book:债务借款")
    await anna.clicks("小蒋")
    await anna.says("周四")
    await town.restart()
    await anna.clicks("09:00")
    await anna.says("借了钱不还")
    await anna.says("13800138000")
    await anna.clicks("确认预约")
    anna.sees("TJ-2026-000001", "11月26日 周四 09:00")


async def test_a_fourth_booking_is_too_many(anna: Person) -> None:
    for hour in ("9:00", "10:00", "11:00"):
        await books(anna, hour=hour)
    await opens(anna, "fill:book:债务借款")
    anna.sees("已经有 3 个还没到时间的预约")
    assert not [label for label in anna.buttons() if "小蒋" in label]
    await anna.says("取消")
    await anna.says("我的预约")
    anna.sees("TJ-2026-000001", "TJ-2026-000003")
