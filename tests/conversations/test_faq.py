"""Questions, as people type them."""

import re

import pytest
from sqlalchemy import select

from bot.markup import parse, units
from handlers.faq import asking
from handlers.wording import Wording
from knowledge import Entry, county
from knowledge.danger import spot
from services.faq.tables import FeedbackRow, QuestionRow
from tests.talking import Person, Town, delivered

WAGES = "老板拖欠工资两个月了怎么办"


async def test_a_question_gets_the_reviewed_entry(anna: Person) -> None:
    await anna.says(WAGES)
    entry = delivered().entries["labor-18"]
    assert anna.sees(entry.title, entry.answer, *entry.steps, *entry.deadlines, *(c.label for c in entry.citations))
    assert anna.sees("普法信息，不是律师意见", "紧急请拨 110", "12348", "本条未经律师审核")
    assert {"有用", "没用", "预约调解", "法律援助", "找人工"} <= set(anna.buttons())


async def test_traditional_and_full_width_characters_are_read(anna: Person) -> None:
    await anna.says("老闆拖欠工資２個月了怎麼辦")
    assert anna.sees(delivered().entries["labor-18"].answer)


async def test_a_related_entry_comes_as_a_new_message(anna: Person) -> None:
    await anna.says(WAGES)
    first = anna.news[-1].message_id
    await anna.clicks(delivered().entries["labor-01"].title)
    assert anna.sees(delivered().entries["labor-01"].answer)
    assert anna.news[-1].message_id > first


async def test_the_longer_explanation_is_one_press_away(anna: Person) -> None:
    await anna.says(WAGES)
    await anna.clicks("再说细一点")
    assert anna.sees(delivered().entries["labor-18"].detail[:40], "未经律师审核")


async def test_an_unsure_match_asks_back(anna: Person) -> None:
    await anna.says("离婚")
    assert anna.sees("您是不是想问")
    assert len(anna.buttons()) == 5
    await anna.clicks("都不是")
    assert anna.sees("换个说法", "12348")
    assert "留言给工作人员" in anna.buttons()


async def test_a_suggestion_can_be_taken(anna: Person) -> None:
    await anna.says("离婚")
    await anna.says("1")
    assert anna.sees("怎么做", "依据")


async def test_where_nothing_fits_it_says_so_and_offers_a_person(anna: Person) -> None:
    await anna.says("今天天气怎么样")
    assert anna.sees("没有现成的答案", "12348")
    assert anna.buttons() == ["留言给工作人员", "找人工", "主菜单"]


async def test_a_question_is_logged_without_the_number_in_it(town: Town, anna: Person) -> None:
    await anna.says("老板拖欠工资怎么办，我的电话13812345678")
    async with town.application.database.reading() as db:
        logged = (await db.scalars(select(QuestionRow))).one()
    assert "老板拖欠工资" in logged.text
    assert "13812345678" not in logged.text


@pytest.mark.parametrize("words", ["我老公又打我了", "我不想活了", "有人拿刀砍人"])
async def test_danger_comes_first(anna: Person, words: str) -> None:
    await anna.says(words)
    card = spot(words)
    assert card
    assert card.title in anna.news[0].payload["text"]
    assert anna.sees("110")
    assert len(anna.news) == 2, "the answer still follows"


async def test_no_card_without_danger(anna: Person) -> None:
    await anna.says(WAGES)
    assert len(anna.news) == 1


async def test_a_helpful_vote_is_thanked_for(town: Town, anna: Person) -> None:
    await anna.says(WAGES)
    await anna.clicks("有用")
    assert anna.sees("谢谢")
    async with town.application.database.reading() as db:
        assert (await db.scalars(select(FeedbackRow))).one().helpful


async def test_the_third_unhelpful_vote_in_a_row_hands_over(anna: Person) -> None:
    for number, question in enumerate((WAGES, "房东不退押金", "没签劳动合同能要双倍工资吗"), 1):
        await anna.says(question)
        await anna.clicks("没用")
        assert anna.sees("连着几次没帮上忙" if number == 3 else "可以换个说法再问")
        assert "留言给工作人员" in anna.buttons()


async def test_a_helpful_vote_begins_the_count_anew(anna: Person) -> None:
    for question, vote in ((WAGES, "没用"), ("房东不退押金", "没用"), ("没签劳动合同能要双倍工资吗", "有用")):
        await anna.says(question)
        await anna.clicks(vote)
    await anna.says(WAGES)
    await anna.clicks("没用")
    assert anna.sees_no("连着几次")


async def test_a_long_story_is_only_suggested_from(anna: Person) -> None:
    await anna.says(WAGES)
    assert anna.sees("怎么做")
    story = "我在县城一家饭店打工，老板拖欠工资两个月了，我去要了好几次他都说没钱，"
    await anna.says(story + "后来他连电话也不接了，" * 100)
    assert anna.sees("您写得很详细（", "您是不是想问", "老板拖欠工资怎么办")
    await anna.says("天" * 5000)
    assert anna.sees("5000 字", "一两句话")


async def test_what_is_typed_cannot_become_markup(anna: Person) -> None:
    await anna.says("<b>老板拖欠工资</b>&<script>alert(1)</script>")
    assert anna.sees_no("<b>", "script")


@pytest.mark.parametrize("entry", delivered().entries.values(), ids=lambda entry: entry.id)
def test_every_entry_fits_into_a_message_and_its_button(entry: Entry) -> None:
    wording = Wording(county=county.load(), address="")
    for name in ("faq/entry", "faq/detail"):
        text, _ = parse(wording(name, entry=entry, review=entry.review, private=True))
        assert units(text) < 3500
        assert not re.search(r"\n{3,}", text), "no holes in the text"
    assert len(asking(entry).callback_data or "") <= 64
