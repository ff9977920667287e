"""Lessons at the desk: what an editor plans, sees of it, and takes back."""

import pytest

from services import clock
from tests.desk.office import Browser, Office
from tests.services.people import at


async def _with_readers(office: Office) -> tuple[str, str]:
    """Let two people subscribe; return the audience and a lesson for it."""
    lessons = office.services.lessons
    audience = lessons.audiences[0]
    for person in (office.anna, office.bob):
        await lessons.subscribe(person.id, audience)
    return audience, lessons.lessons_for(audience)[0].id


async def _previewed(office: Office, audience: str, lesson: str, time: str = "10:00") -> Browser:
    browser = await office.signed_in("editor")
    await browser.opens(f"/desk/lessons/{lesson}/plan?audience={audience}&day=2026-11-24&time={time}")
    return browser


async def test_an_editor_reads_a_lesson_in_full(office: Office) -> None:
    _, lesson = await _with_readers(office)
    browser = await office.signed_in("editor")
    await browser.opens("/desk/lessons")
    assert f"/desk/lessons/{lesson}" in browser.links()
    await browser.opens(f"/desk/lessons/{lesson}")
    browser.sees("案情", "焦点", "说法", "提示", "小测", "正确", 'value="2026-11-24"')
    assert (await browser.opens("/desk/lessons/no-such")).status_code == 404


@pytest.mark.parametrize("name", ["officer", "mediator", "administrator", "supervisor"])
async def test_lessons_are_the_editors_work(office: Office, name: str) -> None:
    audience, lesson = await _with_readers(office)
    browser = await office.signed_in(name)
    for path in (
        "/desk/lessons",
        f"/desk/lessons/{lesson}",
        f"/desk/lessons/{lesson}/plan?audience={audience}&day=2026-11-24&time=10:00",
        "/desk/pushes",
        "/desk/pushes/1",
        "/desk/questions",
    ):
        assert (await browser.opens(path)).status_code == 403, path


async def test_the_preview_counts_and_plans_nothing(office: Office) -> None:
    audience, lesson = await _with_readers(office)
    browser = await _previewed(office, audience, lesson)
    browser.sees("<strong>2</strong> 人", "11月24日（周二）10:00")
    await browser.opens("/desk/pushes")
    browser.sees("还没有推送")


async def test_confirming_twice_plans_one_push(office: Office) -> None:
    audience, lesson = await _with_readers(office)
    browser = await _previewed(office, audience, lesson)
    page, path = browser.page, f"/desk/lessons/{lesson}/plan"
    for _ in range(2):
        browser.page = page
        await browser.sends(path, audience=audience, day="2026-11-24", time="10:00")
        browser.sees("已安排，到时间自动发出", "还没有收件人")
    assert len(await office.services.lessons.pushes(office.staff["editor"])) == 1
    await browser.opens("/desk/")
    browser.sees("已安排的微课", "11月24日（周二）10:00")


async def test_nobody_is_woken_up(office: Office) -> None:
    audience, lesson = await _with_readers(office)
    browser = await _previewed(office, audience, lesson, "22:30")
    path = f"/desk/lessons/{lesson}/plan"
    assert (await browser.sends(path, audience=audience, day="2026-11-24", time="22:30")).status_code == 409
    browser.sees("晚上九点到早上八点不打扰群众", 'value="22:30"')


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("audience=nobody&day=2026-11-24&time=10:00", "没有“nobody”这类人群"),
        ("audience={audience}&day=tomorrow&time=10:00", "日期或时间没有填对"),
        ("audience={audience}&day=0001-01-01&time=00:00", "日期或时间没有填对"),
        ("audience={audience}&day=2026-11-24&time=", "日期或时间没有填对"),
        ("", "请从列表里选一类"),
    ],
)
async def test_a_plan_that_is_none_says_why(office: Office, query: str, words: str) -> None:
    audience, lesson = await _with_readers(office)
    browser = await office.signed_in("editor")
    answer = await browser.opens(f"/desk/lessons/{lesson}/plan?{query.format(audience=audience)}")
    assert answer.status_code == 409
    browser.sees(words, "重新看人数")


async def test_an_editor_sees_who_got_it_without_names_and_takes_the_rest_back(office: Office) -> None:
    audience, lesson = await _with_readers(office)
    editor, lessons = office.staff["editor"], office.services.lessons
    push = await lessons.schedule(editor, key="p:1", lesson_id=lesson, audience=audience, due_at=at("2026-11-23 11:00"))
    with clock.moved_to(at("2026-11-23 11:01")):
        await lessons.send_due()
        await lessons.answer(office.anna.id, lesson, 1, lessons.lesson(lesson).questions[0].answer)
        browser = await office.signed_in("editor")
        await browser.opens(f"/desk/pushes/{push.id}")
        browser.sees("网页访客", "等待", "2 人", "1 人作答，1 人答对")
        await browser.sends(f"/desk/pushes/{push.id}/cancel")
        browser.sees("还没发出的不再发送", "已取消")
        assert not browser.offers(f"/desk/pushes/{push.id}/cancel")
    assert (await browser.opens("/desk/pushes/99")).status_code == 404


async def test_questions_that_found_nothing_are_listed(office: Office) -> None:
    await office.services.faq.ask(office.anna.id, "web", "外星人的飞碟压坏了我家 <b>菜地</b> 13812345678", "q:1")
    browser = await office.signed_in("editor")
    await browser.opens("/desk/questions")
    browser.sees("&lt;b&gt;菜地&lt;/b&gt;", "〔电话〕")
    browser.misses("13812345678")
