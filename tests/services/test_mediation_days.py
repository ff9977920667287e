"""When a studio can be booked: hours, holidays, make-up days, closures, notice and horizon."""

from datetime import date, datetime, time, timedelta

import pytest

from services import clock
from services.db import Database
from services.mediation import SlotNotOffered
from services.mediation.rules import before_quiet, reminder_levels
from services.mediation.tables import StudioClosureRow
from services.worktime import Shift, WorkCalendar
from tests.services.mediation_village import Village, at, village


def day(text: str) -> date:
    return date.fromisoformat(text)


async def open_days(v: Village, studio: str = "xiaojiang") -> list[str]:
    return [str(found.day) for found in await v.mediation.open_days(studio)]


async def labels(v: Village, when: str, studio: str = "xiaojiang") -> list[str]:
    return [slot.label for slot in await v.mediation.slots(studio, day(when))]


async def test_a_week_has_the_hours_of_the_studio(database: Database) -> None:
    async with village(database) as v:
        six = ["09:00–10:00", "10:00–11:00", "11:00–12:00", "14:00–15:00", "15:00–16:00", "16:00–17:00"]
        assert await labels(v, "2026-11-25") == six
        assert await labels(v, "2026-11-28") == []  # Saturday
        assert await labels(v, "2026-11-28", "zhaojie") == six[:3]
        assert await labels(v, "2026-11-25", "pingan") == ["09:00–10:30", "10:30–12:00", "14:00–15:30", "15:30–17:00"]
        await v.book(v.anna, "2026-11-25 10:00")
        assert await labels(v, "2026-11-25") == [six[0], *six[2:]]
        counted = {str(found.day): found.free for found in await v.mediation.open_days("xiaojiang")}
        assert (counted["2026-11-25"], counted["2026-11-26"]) == (5, 6)


async def test_national_holidays_are_closed_and_make_up_days_open(database: Database) -> None:
    async with village(database, "2026-09-14 08:00") as v:  # 国庆 10-01…07, made up on Sunday 09-20 and Saturday 10-10
        days = await open_days(v)
        assert {"2026-09-20", "2026-09-30", "2026-10-08", "2026-10-10"} <= set(days)
        assert not {f"2026-10-0{n}" for n in range(1, 8)} & set(days)
        assert "2026-09-25" not in days  # 中秋, a Friday
        assert await labels(v, "2026-10-10") == await labels(v, "2026-10-12")  # Monday's hours
        assert len(await labels(v, "2026-10-10", "zhaojie")) == 3  # its own Saturday hours
        assert "2026-10-03" not in await open_days(v, "zhaojie")  # an open Saturday, but a holiday
        with pytest.raises(SlotNotOffered):
            await v.book(v.anna, "2026-10-01 09:00")
        assert (await v.book(v.anna, "2026-10-10 09:00")).label == "09:00–10:00"


async def test_the_county_overrides_the_nation(database: Database) -> None:
    calendar = WorkCalendar(
        closed=frozenset({day("2026-11-25"), day("2026-11-28")}),
        special={day("2026-11-26"): (), day("2026-12-05"): (), day("2026-11-29"): (Shift(time(9), time(12)),)},
    )
    async with village(database, calendar=calendar) as v:
        assert await labels(v, "2026-11-25") == []
        assert await labels(v, "2026-11-26") == []
        assert await labels(v, "2026-11-28", "zhaojie") == []  # its Saturday, closed by the county
        assert await labels(v, "2026-12-05", "zhaojie") == []
        assert await labels(v, "2026-12-12", "zhaojie") != []
        assert await labels(v, "2026-11-29") == await labels(v, "2026-11-30")  # a Sunday the county works


async def test_past_the_published_years_plain_weekdays_are_offered_and_marked(database: Database) -> None:
    async with village(database, "2026-12-28 08:00") as v:
        days = {found.day: found for found in await v.mediation.open_days("xiaojiang")}
        assert days[day("2026-12-31")].certain
        assert not days[day("2027-01-04")].certain
        assert day("2027-01-09") not in days  # a Saturday nobody has said anything about
        assert (await v.book(v.anna, "2027-01-04 09:00")).number == "TJ-2026-000001"


async def test_a_closed_day_of_one_studio(database: Database) -> None:
    async with village(database) as v:
        async with database.transaction() as db:
            db.add(StudioClosureRow(studio="xiaojiang", day=day("2026-11-25"), reason="培训"))
        assert "2026-11-25" not in await open_days(v)
        assert await labels(v, "2026-11-25") == []
        assert "2026-11-25" in await open_days(v, "zhaojie")
        with pytest.raises(SlotNotOffered):
            await v.book(v.anna)


async def test_a_slot_needs_two_hours_notice(database: Database) -> None:
    async with village(database, "2026-11-25 06:59:50") as v:
        assert (await labels(v, "2026-11-25"))[0] == "09:00–10:00"
        await v.book(v.anna)
    with clock.moved_to(at("2026-11-25 08:00:01")):
        assert (await labels(v, "2026-11-25"))[0] == "11:00–12:00"
        with pytest.raises(SlotNotOffered):
            await v.book(v.bob, "2026-11-25 10:00")


async def test_the_last_day_is_the_thirtieth_from_today(database: Database) -> None:
    async with village(database, "2026-11-24 23:59:50") as v:
        assert (await open_days(v))[-1] == "2026-12-24"
        assert await labels(v, "2026-12-25") == []
        with pytest.raises(SlotNotOffered):
            await v.book(v.anna, "2026-12-25 09:00")
        await v.book(v.anna, "2026-12-24 09:00")
    with clock.moved_to(at("2026-11-25 00:00")):
        assert (await open_days(v))[-1] == "2026-12-25"


async def test_today_stays_open_until_its_last_slot(database: Database) -> None:
    async with village(database, "2026-11-25 13:59:50") as v:
        assert (await open_days(v))[0] == "2026-11-25"
    with clock.moved_to(at("2026-11-25 14:00:01")):
        assert (await open_days(v))[0] == "2026-11-26"


async def test_who_moves_sees_the_own_time_as_free_but_not_the_own_slot(database: Database) -> None:
    async with village(database) as v:
        await v.slot_minutes("xiaojiang", 90)
        booking = await v.book(v.anna)
        await v.slot_minutes("xiaojiang", 60)
        assert (await labels(v, "2026-11-25"))[:2] == ["11:00–12:00", "14:00–15:00"]
        moving = await v.mediation.slots("xiaojiang", day("2026-11-25"), moving=booking.id)
        assert [slot.label for slot in moving][:2] == ["10:00–11:00", "11:00–12:00"]
        days = {d.day: d.free for d in await v.mediation.open_days("xiaojiang", moving=booking.id)}
        assert days[day("2026-11-25")] == 5


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-25 09:00", "2026-11-24 09:00"),
        ("2026-11-25 08:00", "2026-11-24 08:00"),
        ("2026-11-25 07:59", "2026-11-23 20:00"),
        ("2026-11-25 20:59", "2026-11-24 20:59"),
        ("2026-11-25 21:00", "2026-11-24 20:00"),
        ("2026-11-25 00:00", "2026-11-23 20:00"),
    ],
)
def test_the_day_before_reminder_keeps_out_of_the_night(start: str, due: str) -> None:
    assert dict(reminder_levels(at(start), at("2026-11-01 00:00")))["day"] == at(due)


@pytest.mark.parametrize(
    ("now", "levels"),
    [
        ("2026-11-24 08:59", ["day", "hours"]),
        ("2026-11-24 09:00", ["hours"]),
        ("2026-11-25 06:59", ["hours"]),
        ("2026-11-25 07:00", []),
    ],
)
def test_levels_already_past_are_not_planned(now: str, levels: list[str]) -> None:
    assert [level for level, _ in reminder_levels(at("2026-11-25 09:00"), at(now))] == levels


def test_no_minute_of_the_day_is_moved_into_the_night_or_later() -> None:
    moment: datetime = at("2026-11-25 00:00")
    for minute in range(24 * 60):
        due = before_quiet(moment + timedelta(minutes=minute))
        assert timedelta() <= moment + timedelta(minutes=minute) - due <= timedelta(hours=12)
        assert 8 <= clock.local(due).hour < 21
