"""Lessons: chosen, received, answered, left."""

import re
from datetime import datetime, timedelta

import pytest

from bot.markup import parse, units
from handlers.lessons import LETTERS, lesson_buttons
from handlers.wording import Wording
from knowledge import Lesson, county
from services import clock
from tests.talking import Person, Town, delivered

MORNING = datetime(2026, 11, 25, 10, 0, tzinfo=clock.ZONE)


async def test_audiences_are_ticked_and_unticked(anna: Person) -> None:
    await anna.says("普法微课")
    await anna.clicks("老年人")
    assert anna.sees("已订阅：老年人", "[✓ 老年人]")
    await anna.clicks("消费者")
    assert anna.sees("老年人、消费者")
    await anna.clicks("✓ 老年人")
    assert anna.sees("已退订：老年人", "已订阅：消费者", "[老年人]")


async def test_one_lesson_now_without_subscribing(town: Town, anna: Person) -> None:
    await anna.says("普法微课")
    await anna.clicks("现在来一课")
    await anna.clicks("农民工")
    assert anna.sees("案情", "焦点", "说法", "提示", "依据", "教学改编案例", "未经律师审核")
    assert "开始答题" in anna.buttons()
    account = await anna.account()
    assert await town.application.services.lessons.subscriptions(account.id) == []


async def test_the_next_lesson_is_another_one_until_all_were_read(town: Town, anna: Person) -> None:
    await anna.says("普法微课")
    await anna.clicks("农民工")
    number = len(town.application.services.lessons.lessons_for("农民工"))
    seen = set()
    for _ in range(number):
        await anna.clicks("现在来一课")
        seen.add(anna.screen.splitlines()[0])
    assert len(seen) == number
    await anna.clicks("现在来一课")
    assert anna.sees("都看过了")


async def test_a_quiz_explains_at_once_and_may_be_tried_again(anna: Person) -> None:
    lesson = delivered().lessons["unpaid-wages-site"]
    await anna.says(f"/start lesson-{lesson.id}")
    await anna.clicks("开始答题")
    first = lesson.questions[0]
    assert anna.sees(first.ask, *first.options)
    wrong = next(place for place in range(1, len(first.options) + 1) if place != first.answer)
    await anna.clicks(LETTERS[wrong - 1])
    assert anna.sees("没答对", first.explain, first.options[first.answer - 1])
    await anna.clicks("再答一次")
    await anna.says(str(first.answer))
    assert anna.sees("答对了", first.explain)
    assert "再答一次" not in anna.buttons()
    await anna.clicks("下一题")
    assert anna.sees(lesson.questions[1].ask)


@pytest.mark.parametrize("data", [
    "go:quiz:unpaid-wages-site/9", "go:quiz:unpaid-wages-site/x", "go:quiz:nothing/1", "go:lesson:nothing",
    "act:quiz:unpaid-wages-site:1/9", "act:quiz:unpaid-wages-site:0/1", "act:quiz:unpaid-wages-site:",
    "act:audience:火星人:on", "act:resubscribe:火星人:", "go:lesson-now:火星人", "go:entry:nothing",
    "act:vote:nothing:yes", "go:nothing:", "fill:nothing:", "act:nothing:1:", "nonsense", "go", "pick:1:2:3",
])  # fmt: skip
async def test_made_up_buttons_get_a_sentence(anna: Person, data: str) -> None:
    await anna.presses(data)
    assert len(anna.news) + len(anna.toasts) == 1
    assert anna.sees_no("系统出了差错")


async def _pushed(town: Town, reader: Person, audience: str = "农民工") -> None:
    editor = await (await town.staff("editor")).account()
    await town.application.services.lessons.schedule(
        editor, key="push", lesson_id="unpaid-wages-site", audience=audience, due_at=clock.now() + timedelta(minutes=1)
    )
    await reader.says("/menu")


async def test_a_pushed_lesson_arrives_as_a_message_of_its_own(town: Town, anna: Person) -> None:
    with clock.moved_to(MORNING):
        await anna.says("普法微课")
        await anna.clicks("农民工")
        await _pushed(town, anna)
    with clock.moved_to(MORNING + timedelta(minutes=2)):
        await town.tick()
        await anna.looks()
        assert anna.sees("工地欠薪", "[开始答题]", "[退订微课]", "主菜单\n直接打字")
        await anna.clicks("开始答题")
        assert anna.sees("第 1 题")


async def test_one_tap_leaves_and_one_comes_back(town: Town, anna: Person) -> None:
    with clock.moved_to(MORNING):
        await anna.says("普法微课")
        await anna.clicks("农民工")
        await anna.clicks("司机")
        await _pushed(town, anna)
    with clock.moved_to(MORNING + timedelta(minutes=2)):
        await town.tick()
        await anna.clicks("退订微课")
        assert anna.sees("已退订：农民工、司机")
        lessons, account = town.application.services.lessons, await anna.account()
        assert await lessons.subscriptions(account.id) == []
        await anna.clicks("恢复订阅：司机")
        assert anna.sees("已恢复订阅：司机")
        assert await lessons.subscriptions(account.id) == ["司机"]


async def test_who_left_meanwhile_is_not_told(town: Town, anna: Person) -> None:
    with clock.moved_to(MORNING):
        await anna.says("普法微课")
        await anna.clicks("农民工")
        await _pushed(town, anna)
    with clock.moved_to(MORNING + timedelta(minutes=2)):
        await town.application.services.lessons.send_due()
        await anna.clicks("✓ 农民工")
        await anna.says("/menu")
        await town.tick()
        await anna.looks()
        assert anna.sees_no("工地欠薪")


async def test_leaving_without_a_subscription_says_so(anna: Person) -> None:
    await anna.presses("act:unsubscribe:all:")
    assert anna.sees("没有订阅")


@pytest.mark.parametrize("lesson", delivered().lessons.values(), ids=lambda lesson: lesson.id)
def test_every_lesson_fits_into_a_message_and_its_buttons(lesson: Lesson) -> None:
    text, _ = parse(Wording(county=county.load(), address="")("lessons/lesson", lesson=lesson, private=True))
    assert units(text) < 3500
    assert not re.search(r"\n{3,}", text)
    for pushed in (True, False):
        board = lesson_buttons(lesson, pushed=pushed)
        assert board
        assert all(len((one.callback_data or "").encode()) <= 60 for row in board.inline_keyboard for one in row)
    assert all(len(one.options) <= len(LETTERS) for one in lesson.questions)
