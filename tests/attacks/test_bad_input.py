"""Whatever is typed at whatever step: a sentence comes back, and nothing breaks."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from services.requests.wording import FACTS
from tests.conftest import SECRET, new_postgres_database
from tests.conversations.walks import agrees, at, books, hands_in, registers
from tests.talking import Person, Town

BROKEN = "系统出了差错"
ODD = (
    "😭😭😭",
    "😀" * 1000,
    "字" * 5000,
    "請問老闆拖欠工資怎麼辦",
    "１２３４５",
    "<b>&lt;</b><script>",
    "{0} {name} %s",
    "\x00",
    "a\x00b",
    "\x1b[31m红",
    "\ud800",
    "\u202e\u202d",
    "\u200b\u200b",
    "​",
    "0",
    "-1",
    "999",
    "2020-01-01",
    "二月三十",
    "32号",
    "99:99",
    "٣",
    "²",
    "25点",
    "﷽" * 300,
    "ﷺ" * 39,
    "'; DROP TABLE accounts; --",
    "../../etc/passwd",
    "-back",
    "-resume",
)
STEPS = {
    "book": ("债务借款", "小蒋", "周四", "9:00", "邻居借了两万块不还", "13800138000", "确认预约"),
    "register": ("示范县春风食品有限公司", "91330100799655058B", "王建国", "13800138000", "确认登记"),
    "consult": ("公司要辞退我", "王女士", "13800138000", "确认提交"),
    "aid": ("没钱打官司", "王女士", "13800138000", "确认提交"),
}
ABOUT_SOMETHING = (
    "see",
    "move",
    "decline",
    "more",
    "rate",
    "unsolved",
    "reply",
    "contacted",
    "ask_more",
    "dispatch",
    "reject",
    "close",
)


@pytest.fixture(autouse=True)
def _tuesday_morning() -> Iterator[None]:
    with at(2026, 11, 24, 10):
        yield


@pytest.fixture
async def postgres_town(tmp_path: Path, postgres: str) -> AsyncIterator[Town]:
    """The whole program on PostgreSQL, which is stricter: no NUL, no text longer than its column."""
    made = Town(tmp_path)
    made.settings = Settings(
        data_dir=tmp_path, database_url=await new_postgres_database(postgres), secret_key=SecretStr(SECRET)
    )
    await made.application.leave()
    made.application = made._build()
    await made.open()
    yield made
    await made.close()


async def _says(person: Person, text: str) -> None:
    await person.says(text)
    person.sees_no(BROKEN)
    assert person.news, f"no answer to {text[:20]!r}"


@pytest.mark.parametrize("form", STEPS)
async def test_odd_words_at_every_step_break_nothing(town: Town, form: str) -> None:
    for odd in ODD:
        person = town.person()
        await person.says(f"/start form-{form}-")
        await agrees(person)
        for answer in STEPS[form]:
            await _says(person, odd)
            if not any("取消" in label for label in person.buttons()):
                break  # the odd words were the last answer
            await _says(person, answer)


async def test_odd_words_break_nothing_on_postgresql(postgres_town: Town) -> None:
    for form, answers in STEPS.items():
        person = postgres_town.person()
        await person.says(f"/start form-{form}-")
        await agrees(person)
        for answer in answers:
            for odd in ("a\x00b", "\x00", "\ud800", "﷽" * 300):
                await _says(person, odd)
            await _says(person, answer)
    for odd in (*ODD, "工资\x00拖欠", "/start book:" + "长" * 4000, "/start " + "x" * 300, "/x\x00"):
        await _says(postgres_town.person(), odd)
    person = postgres_town.person()
    for data in ("act:file:1:\x00", "go:entry:\x00", "fill:book:\x00", "act:audience:\x00:on", "act:vote:\x00:yes"):
        await person.presses(data)
        person.sees_no(BROKEN)


@pytest.mark.parametrize("form", ABOUT_SOMETHING)
@pytest.mark.parametrize("way", ["/start form-{}", "/start {}:", "press"])
async def test_a_form_about_nothing_says_so(town: Town, form: str, way: str) -> None:
    person = town.person()
    if way == "press":
        await person.presses(f"fill:{form}:")
    else:
        await person.says(way.format(form))
    assert person.sees("没有找到")


async def test_a_link_with_a_novel_behind_it_leads_nowhere(town: Town) -> None:
    person = town.person()
    await person.says("/start book:" + "长" * 4000)
    assert person.sees_no(BROKEN)


async def test_full_texts_of_emoji_can_be_shown_everywhere(town: Town) -> None:
    """An emoji counts twice for a messenger; a text at its limit must fit wherever it is shown again."""
    boss, officer = town.person(), await town.staff("officer", department="labour")
    dispatcher = await town.staff("dispatcher")
    await registers(boss)
    await hands_in(boss)
    await officer.presses("act:take:1:")
    await officer.presses("fill:ask_more:1")
    await officer.says("😀" * (FACTS // 2 + 1))
    assert officer.sees("内容太长")
    for who, data, words, after in (
        (officer, "fill:ask_more:1", "😀" * (FACTS // 2), ()),
        (boss, "fill:more:1", "😀" * (FACTS // 2), ("跳过",)),
        (officer, "fill:reply:1", "😀" * 350, ("😀" * 350, "😀" * 350, "😀" * 350, "发出答复")),
        (boss, "fill:unsolved:1", "😀" * (FACTS // 2), ()),
        (dispatcher, "fill:reject:1", "😀" * (FACTS // 2), ("确定不受理",)),
    ):
        await who.presses(data)
        await agrees(who)
        for said in (words, *after):
            await _says(who, said)
    await town.tick()
    for who, pages in ((boss, ("request", "whole")), (dispatcher, ("case", "whole"))):
        for page in pages:
            await who.presses(f"go:{page}:1")
            assert who.sees("ZTC-2026-000001")
            who.sees_no(BROKEN)
    await boss.presses("go:mydata:")
    assert boss.sees("ZTC-2026-000001")


async def test_a_mediator_at_the_ends_of_the_calendar(town: Town) -> None:
    mediator = await town.staff("mediator", studio="xiaojiang")
    for day in ("9999-12-31", "0001-01-01", "2026-02-30", "x", "２０２６-11-24"):
        await mediator.presses(f"go:day:{day}")
        assert mediator.sees("没有找到")


async def test_a_booking_of_the_last_minute_is_refused_with_a_way_back(town: Town) -> None:
    """The slot was free when it was chosen; at the confirmation the notice window has begun."""
    anna = town.person()
    await anna.says("/start form-book-")
    await agrees(anna)
    for answer in ("债务借款", "小蒋", "周四", "9:00", "邻居借了两万块不还", "13800138000"):
        await _says(anna, answer)
    with at(2026, 11, 26, 8, 59):
        await anna.clicks("确认预约")
        assert anna.sees("这个时间现在不能预约")
        anna.sees_no(BROKEN)
    with at(2026, 11, 27, 0, 1):  # the whole day has gone by
        await _says(anna, "9:00")
        await anna.clicks("返回")
        anna.sees_no(BROKEN, "[11月26日")


async def test_a_year_that_turns_over_a_form(town: Town) -> None:
    anna = town.person()
    with at(2026, 12, 31, 23, 58):
        await books(anna, day="1月4日", hour="9:00")
        anna.sees_no(BROKEN)
    with at(2027, 1, 3, 20, 5):
        await town.tick()
        await anna.looks()
        anna.sees_no(BROKEN)
