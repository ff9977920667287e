"""An editor pushes a lesson to an audience and sees who got it."""

from collections.abc import Iterator

import pytest

from tests.conversations.walks import at
from tests.talking import Person, Town

AUDIENCE = "农民工"


@pytest.fixture(autouse=True)
def _tuesday_morning() -> Iterator[None]:
    with at(2026, 11, 24, 10):
        yield


@pytest.fixture
async def editor(town: Town) -> Person:
    """Who edits lessons."""
    return await town.staff("editor", name="小李")


@pytest.fixture
async def reader(town: Town, anna: Person) -> Person:
    """Who subscribed to lessons for migrant workers."""
    await town.services.lessons.subscribe((await anna.account()).id, AUDIENCE)
    return anna


async def _to_time(editor: Person) -> None:
    await editor.presses("fill:push:")
    await editor.clicks(AUDIENCE)
    editor.sees("发哪一课")
    await editor.says("1")
    editor.sees("什么时候发")


async def test_a_lesson_is_planned_previewed_and_arrives(town: Town, editor: Person, reader: Person) -> None:
    await _to_time(editor)
    await editor.clicks("11月24日 周二 19:00")
    editor.sees("1 人会收到", "案情", "说法", "依据")
    await editor.clicks("确认安排")
    editor.sees("已安排", "11月24日 周二 19:00")
    await town.tick()
    await reader.looks()
    reader.sees_no("普法微课｜")
    with at(2026, 11, 24, 19, 1):
        await town.tick()
        await reader.looks()
        reader.sees("普法微课｜", "退订")
        await editor.clicks("推送记录")
        editor.sees("已发出", "已送达 1")
        await editor.clicks("11月24日")
        editor.sees("已送达：1 人")
        await editor.clicks("谁收到了")
        editor.sees("网页访客 …", "已送达")


async def test_quiet_hours_are_refused_with_the_next_time(editor: Person) -> None:
    await _to_time(editor)
    await editor.says("今天 22:00")
    editor.sees("不打扰", "11月25日 周三 08:00", "什么时候发")
    await editor.says("昨天")
    editor.sees("没看懂这个时间")
    await editor.says("11月24日 9:00")
    editor.sees("已经过去了")
    await editor.says("明天 10点")
    editor.sees("11月25日 周三 10:00", "0 人会收到")


async def test_a_lesson_is_found_by_a_word_of_its_title(town: Town, editor: Person) -> None:
    await editor.presses("fill:push:")
    await editor.clicks(AUDIENCE)
    title = town.services.lessons.lessons_for(AUDIENCE)[0].title
    await editor.says("没有这样的课")
    editor.sees("没有标题里带")
    await editor.says(title)
    editor.sees("什么时候发")


async def test_a_push_is_taken_back(town: Town, editor: Person, reader: Person) -> None:
    await _to_time(editor)
    await editor.clicks("11月24日 周二 19:00")
    await editor.clicks("确认安排")
    await editor.clicks("查看或取消")
    await editor.clicks("取消这次推送")
    editor.sees("确定取消")
    await editor.clicks("确定取消")
    editor.sees("已取消")
    with at(2026, 11, 24, 19, 1):
        await town.tick()
        await reader.looks()
    reader.sees_no("普法微课｜")


async def test_who_left_meanwhile_is_not_counted_and_gets_nothing(town: Town, editor: Person, reader: Person) -> None:
    await town.services.lessons.unsubscribe((await reader.account()).id)
    await _to_time(editor)
    await editor.clicks("11月24日 周二 19:00")
    editor.sees("0 人会收到")


async def test_nobody_else_pushes(town: Town, anna: Person) -> None:
    officer = await town.staff("officer", department="labour")
    for person in (anna, officer):
        for data in ("fill:push:", "go:pushes:", "go:push:1", "go:recipients:1-0", "act:cancel-push:1:yes"):
            await person.presses(data)
            person.sees("不能办理")
