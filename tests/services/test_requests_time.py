"""The clocks of the direct train: pauses give back what was waited, reminders come once and only while they matter."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services import clock, reminders
from services.accounts import Role
from services.db import Database
from services.notices import Lane
from services.requests import deadlines
from services.requests.tables import RequestRow
from services.worktime import Pause, after_working_days
from tests.services.people import CALENDAR, COUNTY, at, staff, told
from tests.services.train import Train, aboard, key

START = at("2026-09-28 10:00")  # Monday before the National Day holiday; 10 October is a working Saturday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def train(database: Database) -> Train:
    return await aboard(database)


async def ticks(train: Train, first: datetime, last: datetime, every: timedelta = HOUR) -> int:
    """Let the scheduler tick through a stretch of time; return how often it told something."""
    moment, told_of = first, 0
    while moment <= last:
        with clock.moved_to(moment):
            told_of += await train.requests.remind_due()
        moment += every
    return told_of


async def reminded(train: Train) -> Counter[tuple[str, str]]:
    """Return how often who was reminded of what."""
    names = {train.officer.id: "officer", train.supervisor.id: "supervisor", train.dispatcher.id: "dispatcher"}
    notices = await told(train.database, "request_reminder")
    return Counter((names.get(notice.account, "somebody"), notice.data["level"]) for notice in notices)


# Dates and pauses


def test_dates_past_the_published_calendar_say_so() -> None:
    promise = deadlines.promised(COUNTY, CALENDAR, "labour", False, at("2026-12-29 10:00"))
    assert not promise.certain
    assert "2027 年的放假安排尚未公布" in promise.sentence
    assert deadlines.promised(COUNTY, CALENDAR, "labour", False, START).certain


async def test_a_wait_over_the_national_day_gives_back_the_working_time_waited(train: Train) -> None:
    with clock.moved_to(START):
        request = await train.taken()
    assert request.answer_due == at("2026-10-10 17:30")
    with clock.moved_to(at("2026-09-29 14:00")):
        paused = await train.requests.ask_more(train.officer, request.id, key(), "请补充考勤表")
        assert (paused.state, paused.paused) == ("need_info", True)
        assert [n.account for n in await told(train.database, "request_question")] == [train.boss.id]
    with clock.moved_to(at("2026-10-09 10:00")):
        resumed = await train.requests.add_info(train.boss, request.id, key(), "考勤表如下")
        view = await train.requests.read(train.boss, request.id)
    # 3.5 h on 29 September, 6.5 h on the 30th and on 8 October, 1 h on the 9th: 17.5 h after 10 October 17:30.
    moved = view.events[-1]
    assert moved.old_due == at("2026-10-10 17:30")
    assert moved.new_due == at("2026-10-14 15:30")
    assert (resumed.state, resumed.paused, resumed.answer_due) == ("handling", False, moved.new_due)
    assert "10月14日（周三）15:30" in resumed.sentence
    assert [n.account for n in await told(train.database, "request_info")] == [train.officer.id]


async def test_a_wait_into_the_unknown_year_makes_the_date_uncertain(train: Train) -> None:
    with clock.moved_to(at("2026-12-21 10:00")):
        request = await train.taken()
        assert request.certain
        await train.requests.ask_more(train.officer, request.id, key(), "?")
    with clock.moved_to(at("2026-12-28 10:00")):
        resumed = await train.requests.add_info(train.boss, request.id, key(), "给")
    assert resumed.answer_due.year == 2027
    assert not resumed.certain
    assert "尚未公布" in resumed.sentence


async def test_asking_after_the_due_time_stops_no_clock(train: Train) -> None:
    with clock.moved_to(START):
        request = await train.taken()
    with clock.moved_to(request.answer_due + HOUR):
        asked = await train.requests.ask_more(train.officer, request.id, key(), "?")
        assert (asked.state, asked.paused) == ("need_info", False)
    with clock.moved_to(request.answer_due + 5 * DAY):
        answered = await train.requests.add_info(train.boss, request.id, key(), "给")
    assert (answered.state, answered.answer_due) == ("handling", request.answer_due)


async def test_a_question_answered_the_same_night_moves_nothing(train: Train) -> None:
    with clock.moved_to(at("2026-11-24 19:00")):
        request = await train.taken()
        await train.requests.ask_more(train.officer, request.id, key(), "?")
    with clock.moved_to(at("2026-11-24 22:00")):
        resumed = await train.requests.add_info(train.boss, request.id, key(), "给")
    assert (resumed.answer_due, resumed.sentence, resumed.paused) == (request.answer_due, request.sentence, False)


async def test_adding_papers_unasked_moves_nothing(train: Train) -> None:
    request = await train.submit()
    added = await train.requests.add_info(train.boss, request.id, key(), "另附一份")
    assert (added.state, added.answer_due) == ("submitted", request.answer_due)


async def test_a_reply_given_while_waiting_is_on_time_by_the_time_waited(train: Train) -> None:
    with clock.moved_to(START):
        request = await train.taken()
        await train.requests.ask_more(train.officer, request.id, key(), "?")
    with clock.moved_to(at("2026-10-20 10:00")):
        replied = await train.reply(request)
    assert not replied.paused
    assert replied.answer_due > at("2026-10-20 10:00")


@settings(max_examples=150, deadline=None)
@given(
    begin=st.datetimes(at("2026-01-04").replace(tzinfo=None), at("2026-11-20").replace(tzinfo=None)).map(
        lambda moment: moment.replace(second=0, microsecond=0, tzinfo=clock.ZONE)
    ),
    days=st.integers(1, 15),
    gaps=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 30_000)), max_size=4),
)
def test_pauses_one_by_one_give_what_all_of_them_give_at_once(
    begin: datetime, days: int, gaps: list[tuple[int, int]]
) -> None:
    row = RequestRow(answer_due=after_working_days(CALENDAR, begin, days).at, certain=True, sentence="")
    pauses, moment = [], begin
    for before, length in gaps:
        asked = moment + timedelta(minutes=before)
        if asked >= row.answer_due:
            break
        moment = asked + timedelta(minutes=length)
        pauses.append(Pause(asked, moment))
        row.waiting_since = asked
        deadlines.resume(CALENDAR, row, moment)
    assert row.answer_due == after_working_days(CALENDAR, begin, days, pauses).at


# Reminders


async def test_a_month_of_ticks_tells_each_level_once(train: Train) -> None:
    with clock.moved_to(START):
        await train.taken()
    await ticks(train, START, START + 30 * DAY)
    workdays = 13  # 12–16, 19–23, 26–28 October
    assert await reminded(train) == {
        ("officer", "contact"): 1,
        ("officer", "half"): 1,
        ("officer", "before"): 1,
        ("officer", "expired"): 1,
        ("supervisor", "expired"): 1,
        ("officer", "daily"): workdays,
    }
    expired = [n for n in await told(train.database, "request_reminder") if n.lane == Lane.URGENT]
    assert {n.data["level"] for n in expired} == {"expired"}


async def test_reminders_come_when_they_should(train: Train) -> None:
    with clock.moved_to(START):
        await train.taken()
    due = {
        "contact": at("2026-09-29 17:30"),
        "half": at("2026-10-08 09:30"),
        "before": at("2026-10-09 09:00"),
        "expired": at("2026-10-10 17:30"),
        "daily": at("2026-10-12 09:00"),
    }
    for count, (level, moment) in enumerate(due.items()):
        await ticks(train, moment - timedelta(minutes=1), moment - timedelta(minutes=1))
        assert sum((await reminded(train)).values()) == count + (level == "daily"), level
        await ticks(train, moment + timedelta(minutes=1), moment + timedelta(minutes=1))
        assert (await reminded(train))["officer", level] == 1


async def test_after_three_days_without_ticks_each_request_is_told_of_once(train: Train) -> None:
    with clock.moved_to(at("2026-11-23 10:00")):
        first, second = await train.taken("labour"), await train.submit("labour")
    await ticks(train, at("2026-11-23 11:00"), at("2026-11-23 20:00"))
    assert not await reminded(train)
    back = at("2026-12-01 10:00")  # half, before, contact, expired and a daily lie behind
    assert await ticks(train, back, back) == 2
    assert await reminded(train) == {("officer", "expired"): 2, ("supervisor", "expired"): 2}
    assert await ticks(train, back, back + 12 * HOUR) == 0
    assert await ticks(train, at("2026-12-02 09:00"), at("2026-12-02 20:00")) == 2
    assert first.id != second.id


async def test_an_outage_tells_the_newest_level_that_still_matters(train: Train) -> None:
    with clock.moved_to(at("2026-11-23 10:00")):
        request = await train.taken("labour")  # contact due 24 November 17:30, half on the 25th
        other = await train.submit("history")  # the department has no officer; contact due 24 November 17:30
    with clock.moved_to(at("2026-11-25 11:00")):
        await train.requests.contacted(train.officer, request.id, key(), "")
    assert other.contact_due == at("2026-11-24 17:30")
    assert await ticks(train, at("2026-11-26 10:00"), at("2026-11-26 10:00")) == 2
    assert await reminded(train) == {("officer", "half"): 1, ("dispatcher", "contact"): 1}


async def test_four_ticks_at_once_tell_once(train: Train) -> None:
    with clock.moved_to(at("2026-11-23 10:00")):
        for _ in range(5):
            await train.taken()
    with clock.moved_to(at("2026-12-01 10:00")):
        assert sum(await asyncio.gather(*(train.requests.remind_due() for _ in range(4)))) == 5
    assert await reminded(train) == {("officer", "expired"): 5, ("supervisor", "expired"): 5}


async def test_a_backlog_larger_than_a_batch_still_tells_each_request_once(
    train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.requests.reminding.BATCH", 3)
    with clock.moved_to(at("2026-11-23 10:00")):
        for _ in range(4):
            await train.submit()
    assert await ticks(train, at("2026-12-01 10:00"), at("2026-12-01 10:00")) == 4


async def test_what_nobody_took_reminds_the_department_and_an_empty_one_the_dispatchers(train: Train) -> None:
    colleague = await staff(train.database, Role.OFFICER, "同事", "labour")
    with clock.moved_to(at("2026-11-23 10:00")):
        await train.submit("labour")
    await ticks(train, at("2026-11-24 18:00"), at("2026-11-24 18:00"))
    assert {n.account for n in await told(train.database, "request_reminder")} == {train.officer.id, colleague.id}
    with clock.moved_to(at("2026-11-23 10:00")):
        await train.submit("tax")
    await ticks(train, at("2026-11-24 19:00"), at("2026-11-24 19:00"))
    assert (await reminded(train))["dispatcher", "contact"] == 1


async def test_no_reminder_at_night_unless_the_matter_is_urgent(train: Train) -> None:
    with clock.moved_to(at("2026-11-23 10:00")):
        await train.taken()
    with clock.moved_to(at("2026-11-24 21:30")):
        await train.taken(urgent=True)
    await ticks(train, at("2026-11-24 23:00"), at("2026-11-24 23:00"))
    ordinary, urgent = sorted(await told(train.database, "request_reminder"), key=lambda n: n.due_at, reverse=True)
    assert ordinary.due_at == at("2026-11-25 08:00")
    assert urgent.due_at < at("2026-11-24 23:01")


async def test_contact_made_in_time_is_not_asked_for(train: Train) -> None:
    with clock.moved_to(START):
        request = await train.taken()
        await train.requests.contacted(train.officer, request.id, key(), "")
    await ticks(train, START, at("2026-09-30 20:00"))
    assert not await reminded(train)


@pytest.mark.parametrize("end", ["reply", "withdraw", "reject"])
async def test_an_ended_request_reminds_nobody_and_takes_back_what_is_unsent(train: Train, end: str) -> None:
    with clock.moved_to(START):
        request = await train.taken()
    await ticks(train, at("2026-09-29 18:00"), at("2026-09-29 18:00"))
    assert (await reminded(train))["officer", "contact"] == 1
    with clock.moved_to(at("2026-09-30 10:00")):
        if end == "reply":
            await train.reply(request)
        elif end == "withdraw":
            await train.requests.withdraw(train.boss, request.id, key())
        else:
            await train.requests.reject(train.dispatcher, request.id, key(), "请到法院")
    assert await ticks(train, at("2026-10-01 08:00"), at("2026-10-20 08:00"), 6 * HOUR) == 0
    assert not await reminded(train)


async def test_a_waiting_request_reminds_of_the_wait_and_then_of_the_new_dates(train: Train) -> None:
    with clock.moved_to(START):
        request = await train.taken()
        await train.requests.ask_more(train.officer, request.id, key(), "?")
    assert await ticks(train, START, at("2026-10-16 16:00"), 4 * HOUR) == 0
    assert await ticks(train, at("2026-10-17 17:00"), at("2026-10-18 17:00")) == 1
    assert await reminded(train) == {("officer", "waiting"): 1}
    with clock.moved_to(at("2026-10-20 10:00")):
        resumed = await train.requests.add_info(train.boss, request.id, key(), "给")
    await ticks(train, at("2026-10-20 11:00"), resumed.answer_due + HOUR)
    counted = await reminded(train)
    assert counted == {
        ("officer", "half"): 1,
        ("officer", "before"): 1,
        ("officer", "expired"): 1,
        ("supervisor", "expired"): 1,
    }  # the unsent word about the wait was taken back when it ended


async def test_half_is_not_told_again_after_a_wait(train: Train) -> None:
    with clock.moved_to(START):
        request = await train.taken()
        await train.requests.contacted(train.officer, request.id, key(), "")
    assert await ticks(train, at("2026-10-08 10:00"), at("2026-10-08 10:00")) == 1
    assert (await reminded(train))["officer", "half"] == 1
    with clock.moved_to(at("2026-10-08 11:00")):
        await train.requests.ask_more(train.officer, request.id, key(), "?")
    with clock.moved_to(at("2026-10-13 11:00")):
        resumed = await train.requests.add_info(train.boss, request.id, key(), "给")
    await ticks(train, at("2026-10-13 12:00"), resumed.answer_due - HOUR)
    assert (await reminded(train))["officer", "before"] == 1
    assert (await reminded(train))["officer", "half"] == 0  # told before the wait, taken back unsent with it


async def test_the_second_round_has_reminders_of_its_own(train: Train) -> None:
    with clock.moved_to(START):
        request = await train.replied()
    with clock.moved_to(at("2026-10-12 10:00")):
        second = await train.requests.judge(train.boss, request.id, key(), False)
    assert second.answer_due == at("2026-10-19 17:30")
    await ticks(train, at("2026-10-12 10:00"), at("2026-10-20 10:00"))
    assert await reminded(train) == {
        ("officer", "half"): 1,
        ("officer", "before"): 1,
        ("officer", "expired"): 1,
        ("supervisor", "expired"): 1,
        ("officer", "daily"): 1,
    }


async def test_a_reply_and_a_tick_at_once_never_block_each_other(train: Train) -> None:
    with clock.moved_to(at("2026-11-23 10:00")):
        requests = [await train.taken() for _ in range(6)]
    with clock.moved_to(at("2026-12-01 10:00")):
        steps = [train.reply(request) for request in requests]
        results = await asyncio.gather(*steps, *(train.requests.remind_due() for _ in range(6)), return_exceptions=True)
    assert not [result for result in results if isinstance(result, BaseException)]
    assert not await reminded(train)


async def test_a_daily_reminder_left_over_from_before_the_reply_is_silent_in_the_second_round(train: Train) -> None:
    with clock.moved_to(at("2026-12-07 10:00")):
        request = await train.replied()
        await train.requests.judge(train.boss, request.id, key(), False)
        async with train.database.transaction() as db:  # what a tick may plan while the reply is being committed
            reminders.plan(db, ("request", request.id), 1, [("daily-2", at("2026-12-08 09:00"))])
    assert await ticks(train, at("2026-12-08 10:00"), at("2026-12-08 10:00")) == 0
