"""A mediator sees the day, accepts, moves, declines."""

from collections.abc import Iterator

import pytest

from tests.conversations.walks import agrees, at, books, opens
from tests.talking import Person, Town


@pytest.fixture(autouse=True)
def _tuesday_morning() -> Iterator[None]:
    with at(2026, 11, 24, 10):
        yield


@pytest.fixture
async def mediator(town: Town) -> Person:
    """小蒋, who mediates at his own studio."""
    return await town.staff("mediator", studio="xiaojiang", name="小蒋")


async def test_a_new_booking_is_told_and_accepted(town: Town, mediator: Person, anna: Person) -> None:
    await books(anna)
    await town.tick()
    await mediator.looks()
    mediator.sees("新的调解预约", "11月26日 周四 09:00", "债务借款")
    await mediator.clicks("确认")
    mediator.sees("已确认")
    await town.tick()
    await anna.looks()
    anna.sees("已确认", "0900-5550101")
    await mediator.presses("act:accept:1:")
    mediator.sees("已经确认过了")


async def test_the_day_is_shown_by_time_and_turned(mediator: Person, anna: Person) -> None:
    await books(anna, hour="10:00")
    await books(anna, hour="9:00")
    await mediator.presses("go:day:2026-11-25")
    mediator.sees("11月25日 周三的预约", "这一天没有预约")
    await mediator.clicks("▶")
    mediator.sees("11月26日 周四的预约", "138****8000")
    mediator.sees_no("13800138000")
    visits = [label for label in mediator.buttons() if "债务" in label]
    assert [label[:5] for label in visits] == ["09:00", "10:00"]
    await mediator.clicks("09:00")
    mediator.sees("13800138000", "两万块", "先打电话")


async def test_declining_needs_a_reason_and_tells_the_other_routes(town: Town, mediator: Person, anna: Person) -> None:
    await books(anna)
    await mediator.presses("go:visit:1")
    await mediator.clicks("谢绝")
    await agrees(mediator)
    await mediator.says(" ")
    mediator.sees_no("已谢绝")
    await mediator.says("字" * 201)
    mediator.sees("最多 200 个字")
    await mediator.says("那天去县里开会")
    mediator.sees("已谢绝 TJ-2026-000001")
    await town.tick()
    await anna.looks()
    anna.sees("接不了", "那天去县里开会", "申请仲裁", "换一家再约")
    await anna.clicks("换一家再约")
    anna.sees("“债务借款”可以找这些工作室")


async def test_a_mediator_moves_and_the_person_is_told(town: Town, mediator: Person, anna: Person) -> None:
    await books(anna)
    await mediator.presses("go:visit:1")
    await mediator.clicks("改期")
    await agrees(mediator)
    await mediator.says("周五")
    await mediator.says("14:00")
    mediator.sees("会通知当事人")
    await mediator.clicks("确认改期")
    await town.tick()
    await anna.looks()
    anna.sees("由工作室改期", "11月26日 周四 09:00", "11月27日 周五 14:00")


async def test_a_booking_given_up_frees_the_hour_and_is_told(town: Town, mediator: Person, anna: Person) -> None:
    await books(anna)
    await anna.presses("act:cancel-booking:1:yes")
    await town.tick()
    await mediator.looks()
    mediator.sees("已由当事人取消")
    mediator.sees_no("新的调解预约")
    await mediator.presses("act:accept:1:")
    mediator.sees("已经结束或取消")


async def test_another_studio_sees_nothing(town: Town, anna: Person) -> None:
    await books(anna)
    zhao = await town.staff("mediator", studio="zhaojie", name="赵姐")
    await town.tick()
    await zhao.looks()
    zhao.sees_no("TJ-2026")
    await zhao.presses("go:day:2026-11-26")
    zhao.sees("这一天没有预约")
    for data in ("go:visit:1", "act:accept:1:"):
        await zhao.presses(data)
        zhao.sees("没有找到")
    for form in ("decline", "move"):
        await opens(zhao, f"fill:{form}:1")
        zhao.sees("没有找到")


async def test_a_day_that_is_none_is_answered_kindly(mediator: Person) -> None:
    await mediator.presses("go:day:2026-13-99")
    mediator.sees("没有找到")
