"""Questions: answered from entries in force, logged without personal data, voted on."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from knowledge import Book, Entry
from knowledge.search import Index
from services import clock
from services.accounts import Accounts
from services.db import Database
from services.errors import Empty, NotFound
from services.faq import Faq
from services.faq.tables import FeedbackRow, QuestionRow
from services.held_back import holding_back


def made_up(name: str, title: str, *questions: str, **other: Any) -> Entry:
    """An invented entry."""
    facts = {
        "related": (),
        "valid_from": date(2026, 1, 1),
        "valid_to": None,
        **other,
    }
    return Entry(
        id=name,
        domain="劳动",
        topic=title,
        title=title,
        questions=questions,
        audience=(),
        risk="A",
        answer=f"{title}的回答。",
        steps=(),
        papers=(),
        deadlines=(),
        where=(),
        citations=(),
        ways_on=(),
        detail="",
        next_review=date(2027, 1, 1),
        author="编写组",
        review="none",
        **facts,
    )


WAGES = made_up(
    "labor-01", "拖欠工资", "老板拖欠工资怎么办", "工钱要不回来", related=("labor-02", "gone-01", "none-01")
)
OVERTIME = made_up("labor-02", "加班费", "加班不给加班费怎么办", "周末上班有没有钱")
GONE = made_up("gone-01", "暂住证", "暂住证去哪里办理", "办暂住证要什么材料", valid_to=date(2026, 6, 30))
ENTRIES = (WAGES, OVERTIME, GONE)


def faq_of(database: Database) -> Faq:
    """The questions under test."""
    return Faq(database, Book({entry.id: entry for entry in ENTRIES}, {}), Index(ENTRIES))


async def met(database: Database) -> int:
    """Somebody who has just opened the web chat."""
    return (await Accounts(database).meet("web", "anna")).id


async def asked(database: Database) -> list[QuestionRow]:
    """What was logged, oldest first."""
    async with database.reading() as db:
        return list(await db.scalars(select(QuestionRow).order_by(QuestionRow.id)))


async def test_a_question_people_ask_finds_its_entry_and_is_logged(database: Database) -> None:
    anna = await met(database)
    found = await faq_of(database).ask(anna, "web", "老板拖欠工资怎么办", "web:1")
    assert (found.outcome, found.entries[0].id) == ("answer", "labor-01")
    (row,) = await asked(database)
    assert (row.account_id, row.channel) == (anna, "web")
    assert (row.outcome, row.entry) == ("answer", "labor-01")
    assert row.score == pytest.approx(found.score)
    assert clock.now() - row.at < timedelta(minutes=5)


async def test_the_log_holds_no_telephone_and_no_id_number(database: Database) -> None:
    await faq_of(database).ask(None, "web", "我电话13812345678，身份证11010519491231002X，工资没发", "web:1")
    (row,) = await asked(database)
    assert "13812345678" not in row.text
    assert "11010519491231002X" not in row.text
    assert row.text.endswith("工资没发")


async def test_half_a_number_at_the_cut_does_not_slip_through(sqlite: Database) -> None:
    await faq_of(sqlite).ask(None, "web", "拖" * 494 + "13812345678" + "欠" * 100, "web:1")
    (row,) = await asked(sqlite)
    assert len(row.text) == 500
    assert "138" not in row.text


async def test_handling_an_update_twice_logs_the_question_once(database: Database) -> None:
    faq = faq_of(database)
    await faq.ask(None, "web", "工钱要不回来", "web:1")
    await asyncio.gather(*(faq.ask(None, "web", "工钱要不回来", "web:1") for _ in range(8)))
    await faq.ask(None, "web", "工钱要不回来", "web:2")
    assert [row.key for row in await asked(database)] == ["web:1", "web:2"]


async def test_a_question_is_logged_with_the_done_mark_of_its_update_and_not_before(database: Database) -> None:
    faq = faq_of(database)
    with holding_back() as held:
        await faq.ask(None, "web", "工钱要不回来", "web:1")
        assert await asked(database) == []
    await database.write_all(held)
    assert [row.key for row in await asked(database)] == ["web:1"]


async def test_an_empty_question_is_not_a_question(sqlite: Database) -> None:
    with pytest.raises(Empty):
        await faq_of(sqlite).ask(None, "web", " \n　", "web:1")
    assert await asked(sqlite) == []


async def test_what_found_nothing_is_there_for_the_desk_newest_first(database: Database) -> None:
    faq = faq_of(database)
    for n, text in enumerate(("今晚月亮圆不圆", "老板拖欠工资怎么办", "🙂🙂")):
        await faq.ask(None, "web", text, f"web:{n}")
    assert [miss.text for miss in await faq.unanswered(10)] == ["🙂🙂", "今晚月亮圆不圆"]
    assert len(await faq.unanswered(1)) == 1


async def test_an_entry_that_lapsed_is_neither_found_nor_shown(database: Database) -> None:
    faq, june = faq_of(database), datetime(2026, 6, 30, 4, tzinfo=UTC)
    with clock.moved_to(june):
        assert (await faq.ask(None, "web", "暂住证去哪里办理", "web:1")).outcome == "answer"
        assert faq.entry("gone-01") == GONE
    with clock.moved_to(june + timedelta(hours=13)):
        found = await faq.ask(None, "web", "暂住证去哪里办理", "web:2")
        assert found.outcome != "answer"
        assert GONE not in found.entries
        with pytest.raises(NotFound):
            faq.entry("gone-01")


async def test_related_entries_leave_out_what_is_not_there(sqlite: Database) -> None:
    with clock.moved_to(datetime(2026, 11, 25, 4, tzinfo=UTC)):
        assert faq_of(sqlite).related(WAGES) == (OVERTIME,)
    with pytest.raises(NotFound):
        faq_of(sqlite).entry("none-01")


async def test_the_latest_vote_on_an_entry_counts(database: Database) -> None:
    faq, anna = faq_of(database), await met(database)
    await faq.vote(anna, "labor-01", helpful=False)
    await faq.vote(anna, "labor-01", helpful=True)
    async with database.reading() as db:
        votes = list(await db.scalars(select(FeedbackRow)))
    assert [vote.helpful for vote in votes] == [True]
    with pytest.raises(NotFound):
        await faq.vote(anna, "none-01", helpful=True)


async def test_a_streak_of_not_helpful_is_counted_back_from_the_latest_vote(database: Database) -> None:
    faq, anna = faq_of(database), await met(database)
    moment = datetime(2026, 6, 1, 4, tzinfo=UTC)
    said = [("labor-01", False), ("labor-02", False), ("gone-01", False), ("labor-01", True), ("labor-02", False)]
    streaks = []
    assert await faq.unhelpful_streak(anna) == 0
    for minute, (entry, helpful) in enumerate(said):
        with clock.moved_to(moment + timedelta(minutes=minute)):
            await faq.vote(anna, entry, helpful)
        streaks.append(await faq.unhelpful_streak(anna))
    assert streaks == [1, 2, 3, 0, 1]
