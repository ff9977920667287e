"""Lessons for readers: subscribing, one lesson now, the quiz, stopping."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from knowledge import Book, Lesson, QuizQuestion
from services import clock
from services.accounts import Account, Accounts, Grant, Role
from services.db import Database
from services.lessons import Lessons, NoSuchChoice, UnknownAudience, UnknownLesson

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)
AUDIENCES = ("农民工", "老年人", "司机")


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    """A Wednesday at noon in the county."""
    with clock.moved_to(NOON):
        yield


def made_up(name: str, *audiences: str, months: tuple[int, ...] = (), since: date = date(2026, 1, 1)) -> Lesson:
    """An invented lesson with one quiz question whose second option is right."""
    return Lesson(
        id=name,
        title=f"课 {name}",
        audiences=audiences,
        months=months,
        source="教学改编案例",
        citations=(),
        questions=(QuizQuestion("欠薪找谁？", ("熟人", "劳动监察", "算了"), 2, "劳动监察管欠薪。"),),
        ways_on=(),
        case="",
        issue="",
        law="",
        tips=(),
        valid_from=since,
        next_review=date(2027, 1, 1),
        author="编写组",
        review="none",
    )


def book(*lessons: Lesson) -> Book:
    """A book with these lessons and no entries."""
    return Book({}, {lesson.id: lesson for lesson in lessons})


THREE = book(
    made_up("a-year", "农民工"), made_up("b-june", "农民工", months=(6,)), made_up("c-now", "农民工", months=(11,))
)


def lessons_of(database: Database, content: Book = THREE) -> Lessons:
    """The lessons under test."""
    return Lessons(database, content, AUDIENCES)


async def met(database: Database, name: str) -> int:
    """The account of somebody who has just opened the web chat."""
    return (await Accounts(database).meet("web", name)).id


async def editor(database: Database) -> Account:
    """Somebody who edits lessons."""
    return await Accounts(database).hire("编辑", Grant(Role.EDITOR))


async def test_somebody_subscribes_twice_and_stops_with_one_tap(database: Database) -> None:
    lessons, anna = lessons_of(database), await met(database, "anna")
    await lessons.subscribe(anna, "司机")
    await lessons.subscribe(anna, "农民工")
    await lessons.subscribe(anna, "农民工")
    assert await lessons.subscriptions(anna) == ["农民工", "司机"]
    assert await lessons.unsubscribe(anna, "司机") == ["司机"]
    assert await lessons.subscriptions(anna) == ["农民工"]
    await lessons.subscribe(anna, "司机")
    assert await lessons.unsubscribe(anna) == ["农民工", "司机"]
    assert await lessons.unsubscribe(anna) == []
    assert await lessons.subscriptions(anna) == []


async def test_an_audience_that_does_not_exist_is_named_in_the_refusal(database: Database) -> None:
    lessons, anna = lessons_of(database), await met(database, "anna")
    with pytest.raises(UnknownAudience, match="没有“外星人”这类人群"):
        await lessons.subscribe(anna, "外星人")
    with pytest.raises(UnknownAudience):
        await lessons.next_for(anna, "外星人", key="k")


async def test_this_months_lessons_come_first_and_none_comes_twice(database: Database) -> None:
    lessons, anna = lessons_of(database), await met(database, "anna")
    got = [await lessons.next_for(anna, "农民工", key=f"web:{n}") for n in range(4)]
    assert [lesson.id if lesson else None for lesson in got] == ["c-now", "a-year", "b-june", None]
    assert await lessons.next_for(anna, "老年人", key="web:5") is None


async def test_the_same_update_handled_again_gets_the_same_lesson(database: Database) -> None:
    lessons, anna = lessons_of(database), await met(database, "anna")
    got = await asyncio.gather(*(lessons.next_for(anna, "农民工", key="web:1") for _ in range(8)))
    assert {lesson.id for lesson in got if lesson} == {"c-now"}
    assert await lessons.next_for(anna, "农民工", key="web:1") == got[0]
    other = await lessons.next_for(anna, "农民工", key="web:2")
    assert other is not None
    assert other.id == "a-year"


async def test_a_lesson_whose_quiz_was_answered_is_not_handed_out_again(database: Database) -> None:
    lessons, anna = lessons_of(database), await met(database, "anna")
    await lessons.answer(anna, "c-now", 1, 2)
    got = await lessons.next_for(anna, "农民工", key="web:1")
    assert got is not None
    assert got.id == "a-year"


async def test_a_lesson_that_holds_from_tomorrow_is_not_there_today(database: Database) -> None:
    lessons = lessons_of(database, book(made_up("new", "司机", since=date(2026, 11, 26))))
    assert lessons.lessons_for("司机") == []
    with pytest.raises(UnknownLesson):
        lessons.lesson("new")
    with clock.moved_to(NOON + timedelta(hours=12)):
        assert lessons.lesson("new").id == "new"


async def test_the_quiz_explains_at_once_and_the_latest_choice_counts(database: Database) -> None:
    lessons, anna, boss = lessons_of(database), await met(database, "anna"), await editor(database)
    wrong = await lessons.answer(anna, "a-year", 1, 3)
    assert (wrong.correct, wrong.right_option, wrong.explain) == (False, 2, "劳动监察管欠薪。")
    assert (await lessons.answer(anna, "a-year", 1, 2)).correct
    await lessons.answer(await met(database, "ben"), "a-year", 1, 1)
    (result,) = await lessons.results(boss, "a-year")
    assert (result.answered, result.correct, result.choices) == (2, 1, (1, 1, 0))


@pytest.mark.parametrize(("question", "choice"), [(0, 1), (2, 1), (1, 0), (1, 4)])
async def test_a_choice_that_the_quiz_does_not_offer_is_refused(sqlite: Database, question: int, choice: int) -> None:
    anna = await met(sqlite, "anna")
    with pytest.raises(NoSuchChoice):
        await lessons_of(sqlite).answer(anna, "a-year", question, choice)
