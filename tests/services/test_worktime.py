"""Working time: the county's table by hand, what people read, what is refused, when to remind."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from services.worktime import (
    BackwardSpan,
    BadShifts,
    ContradictoryDay,
    NaiveMoment,
    NegativeAmount,
    NotADay,
    NoWorkingDay,
    OutOfRange,
    Pause,
    Shift,
    WorkCalendar,
    after_hours,
    after_quiet,
    after_working_days,
    after_working_time,
    halfway,
    quiet,
    workday_before,
    workdays_after,
    working_time_between,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
COUNTY = WorkCalendar()
MORNING, AFTERNOON = Shift(time(9), time(12)), Shift(time(14), time(17, 30))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def pause(start: str, end: str) -> Pause:
    return Pause(at(start), at(end))


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


class TestTheYear2026:
    @pytest.mark.parametrize(
        ("first", "last"),
        [
            ("01-01", "01-03"),
            ("02-15", "02-23"),
            ("04-04", "04-06"),
            ("05-01", "05-05"),
            ("06-19", "06-21"),
            ("09-25", "09-27"),
            ("10-01", "10-07"),
        ],
    )
    def test_nobody_works_in_the_holidays(self, first: str, last: str) -> None:
        day, end = date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}")
        while day <= end:
            assert not COUNTY.is_workday(day), day
            assert COUNTY.shifts_on(day) == ()
            day += timedelta(days=1)

    @pytest.mark.parametrize("day", ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"])
    def test_make_up_days_are_worked(self, day: str) -> None:
        worked = date.fromisoformat(f"2026-{day}")
        assert worked.weekday() > 4
        assert COUNTY.shifts_on(worked) == (MORNING, AFTERNOON)

    def test_the_next_year_is_not_known_and_counted_by_weekdays(self) -> None:
        assert COUNTY.knows(date(2026, 12, 31))
        assert not COUNTY.knows(date(2027, 1, 1))
        assert COUNTY.is_workday(date(2027, 1, 1))
        assert not COUNTY.is_workday(date(2027, 1, 2))

    def test_years_before_the_table_are_not_known_either(self) -> None:
        assert not COUNTY.knows(date(2003, 6, 2))
        assert "没有 2003 年的放假安排" in after_working_days(COUNTY, at("2003-06-02T10:00"), 1).sentence


class TestTheCountyDecides:
    def test_it_closes_a_day(self) -> None:
        county = WorkCalendar(closed=frozenset({date(2026, 11, 25)}))
        due = after_working_days(county, at("2026-11-24T10:00"), 1)
        assert due.at == at("2026-11-26T17:30")
        assert "跳过本县休息日 11月25日" in due.sentence

    def test_it_works_half_a_saturday_that_counts_as_a_day(self) -> None:
        county = WorkCalendar(special={date(2026, 11, 28): (MORNING,)})
        due = after_working_days(county, at("2026-11-27T10:00"), 1)
        assert due.at == at("2026-11-28T12:00")
        assert "11月28日（周六）本县安排上班，计入" in due.sentence

    def test_it_works_shorter_on_a_weekday(self) -> None:
        county = WorkCalendar(special={date(2026, 11, 25): (MORNING,)})
        due = after_working_time(county, at("2026-11-24T17:00"), hours(4))
        assert due.at == at("2026-11-26T09:30")
        assert "11月25日本县另定上班时间" in due.sentence

    def test_an_empty_special_day_is_closed_even_where_the_nation_makes_up(self) -> None:
        county = WorkCalendar(special={date(2026, 10, 10): ()}, closed=frozenset({date(2026, 10, 10)}))
        assert not county.is_workday(date(2026, 10, 10))

    def test_it_enters_a_year_that_is_not_published_yet(self) -> None:
        days = [date(2027, 2, 5) + timedelta(days=n) for n in range(7)]
        county = WorkCalendar(closed=frozenset(days), names=dict.fromkeys(days, "春节"), known_years=frozenset({2027}))
        due = after_working_days(county, at("2027-02-04T10:00"), 1)
        assert due.certain
        assert due.at == at("2027-02-12T17:30")
        assert "跳过春节假期 2月5日至11日" in due.sentence

    def test_naming_one_day_makes_only_that_day_known(self) -> None:
        county = WorkCalendar(closed=frozenset({date(2027, 1, 1)}), special={date(2027, 1, 4): (MORNING,)})
        assert county.knows(date(2027, 1, 1))
        assert county.knows(date(2027, 1, 4))
        assert not county.knows(date(2027, 1, 5))

    def test_a_later_change_of_its_table_does_not_reach_into_the_calendar(self) -> None:
        table = {date(2026, 11, 28): (MORNING,)}
        county = WorkCalendar(special=table)
        table.clear()
        assert county.is_workday(date(2026, 11, 28))

    def test_equal_calendars_are_one_key(self) -> None:
        asked = WorkCalendar()
        asked.is_workday(date(2026, 11, 24))
        assert {asked: 1}[WorkCalendar()] == 1

    @pytest.mark.parametrize("shifts", [(AFTERNOON, MORNING), (MORNING, Shift(time(11), time(13)))])
    def test_shifts_out_of_order_or_overlapping_are_refused(self, shifts: tuple[Shift, ...]) -> None:
        with pytest.raises(BadShifts, match="不能重叠"):
            WorkCalendar(shifts=shifts)
        with pytest.raises(BadShifts):
            WorkCalendar(special={date(2026, 11, 28): shifts})

    @pytest.mark.parametrize(
        ("start", "end"), [(time(9), time(9)), (time(22), time(6)), (time(9, tzinfo=UTC), time(10))]
    )
    def test_a_shift_ends_after_it_starts_in_local_time(self, start: time, end: time) -> None:
        with pytest.raises(BadShifts):
            Shift(start, end)

    def test_a_day_cannot_be_closed_and_worked(self) -> None:
        day = date(2026, 11, 28)
        with pytest.raises(ContradictoryDay, match="2026-11-28"):
            WorkCalendar(closed=frozenset({day}), special={day: (MORNING,)})

    def test_a_moment_is_no_day(self) -> None:
        with pytest.raises(NotADay):
            COUNTY.is_workday(datetime(2026, 11, 24, tzinfo=UTC))


class TestWorkingDays:
    @pytest.mark.parametrize(
        ("received", "days", "due"),
        [
            ("2026-11-24T10:00", 5, "2026-12-01T17:30"),
            ("2026-11-24T08:00", 1, "2026-11-25T17:30"),
            ("2026-11-24T23:59", 1, "2026-11-25T17:30"),  # 15:59 UTC: the local day decides
            ("2026-11-25T00:00", 1, "2026-11-26T17:30"),  # still the 24th in UTC
            ("2026-11-28T10:00", 1, "2026-11-30T17:30"),
            ("2026-09-28T10:00", 5, "2026-10-10T17:30"),
            ("2026-10-03T10:00", 1, "2026-10-08T17:30"),
            ("2026-02-13T10:00", 2, "2026-02-24T17:30"),
            ("2026-02-27T10:00", 1, "2026-02-28T17:30"),
            ("2026-05-08T10:00", 2, "2026-05-11T17:30"),
        ],
    )
    def test_known_dates(self, received: str, days: int, due: str) -> None:
        answer = after_working_days(COUNTY, at(received), days)
        assert answer.at == at(due)
        assert answer.at.tzinfo is UTC
        assert answer.certain

    def test_a_pause_of_one_working_day_moves_on_by_one(self) -> None:
        answer = after_working_days(COUNTY, at("2026-11-24T10:00"), 2, [pause("2026-11-25T00:00", "2026-11-26T00:00")])
        assert answer.at == at("2026-11-27T17:30")

    def test_a_pause_of_hours_gives_back_hours(self) -> None:
        paused = [pause("2026-11-25T16:00", "2026-11-25T20:00"), pause("2026-11-25T11:00", "2026-11-25T13:00")]
        answer = after_working_days(COUNTY, at("2026-11-24T10:00"), 1, paused)
        assert answer.at == at("2026-11-26T11:30")
        assert "加上暂停期间的工作时间 2 小时 30 分" in answer.sentence

    def test_a_pause_in_the_time_given_back_counts_too(self) -> None:
        paused = [pause("2026-11-25T09:00", "2026-11-25T12:00"), pause("2026-11-26T10:00", "2026-11-26T11:00")]
        answer = after_working_days(COUNTY, at("2026-11-24T10:00"), 1, paused)
        assert answer.at == at("2026-11-26T15:00")

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            ("2026-11-28T00:00", "2026-11-30T00:00"),  # a weekend
            ("2026-11-25T12:00", "2026-11-25T14:00"),  # noon
            ("2026-11-23T09:00", "2026-11-24T10:00"),  # before it was received
            ("2026-12-01T17:30", "2026-12-05T00:00"),  # after it was due
            ("2026-11-25T10:00", "2026-11-25T10:00"),  # nothing
        ],
    )
    def test_a_pause_without_working_time_changes_nothing(self, start: str, end: str) -> None:
        answer = after_working_days(COUNTY, at("2026-11-24T10:00"), 5, [pause(start, end)])
        assert answer.at == at("2026-12-01T17:30")
        assert "暂停" not in answer.sentence

    def test_overlapping_pauses_give_a_minute_back_once(self) -> None:
        twice = [pause("2026-11-25T09:00", "2026-11-25T11:00"), pause("2026-11-25T10:00", "2026-11-25T11:00")]
        assert after_working_days(COUNTY, at("2026-11-24T10:00"), 1, twice).at == at("2026-11-26T11:00")


class TestWorkingTime:
    @pytest.mark.parametrize(
        ("start", "amount", "due"),
        [
            ("2026-11-24T10:00", hours(1), "2026-11-24T11:00"),
            ("2026-11-24T11:30", hours(1), "2026-11-24T14:30"),
            ("2026-11-24T11:00", hours(1), "2026-11-24T12:00"),  # ends with the shift, not after noon
            ("2026-11-24T20:00", hours(1), "2026-11-25T10:00"),
            ("2026-11-24T20:00", hours(0), "2026-11-24T20:00"),
            ("2026-09-30T17:00", hours(1), "2026-10-08T09:30"),
            ("2026-11-27T17:29:59", timedelta(seconds=2), "2026-11-30T09:00:01"),
        ],
    )
    def test_known_moments(self, start: str, amount: timedelta, due: str) -> None:
        assert after_working_time(COUNTY, at(start), amount).at == at(due)

    def test_time_between(self) -> None:
        assert working_time_between(COUNTY, at("2026-11-24T11:00"), at("2026-11-25T09:30")) == hours(5)
        assert working_time_between(COUNTY, at("2026-10-01T00:00"), at("2026-10-08T00:00")) == timedelta()
        assert working_time_between(
            COUNTY, at("2026-11-24T09:00"), at("2026-11-24T12:00"), [pause("2026-11-24T10:00", "2026-11-24T10:30")]
        ) == hours(2.5)


class TestWhatPeopleRead:
    def test_an_ordinary_week(self) -> None:
        assert after_working_days(COUNTY, at("2026-11-24T10:00"), 5).sentence == (
            "11月24日（周二）收到，当日不计，顺延 5 个工作日（跳过周末），最晚 12月1日（周二）17:30 前答复。"
        )

    def test_a_holiday_and_a_make_up_saturday_by_name(self) -> None:
        sentence = after_working_days(COUNTY, at("2026-09-28T10:00"), 5).sentence
        assert "跳过国庆节假期 10月1日至7日" in sentence
        assert "10月10日（周六）调休上班，计入" in sentence

    def test_a_holiday_that_did_not_matter_is_not_mentioned(self) -> None:
        assert "国庆" not in after_working_days(COUNTY, at("2026-09-28T10:00"), 2).sentence

    def test_seconds_are_left_to_the_trace(self) -> None:
        answer = after_working_time(COUNTY, at("2026-11-24T16:00:05"), hours(1))
        assert answer.sentence == "11月24日（周二）16:00 收到，按上班时间计 1 小时，最晚 11月24日（周二）17:00 前答复。"
        assert answer.trace == ("2026-11-24 周二 工作日，计 1 小时", "2026-11-24 周二 17:00:05 到期")

    def test_the_day_of_receipt_is_mentioned_only_where_it_counts(self) -> None:
        assert "跳过国庆节假期 10月4日至7日" in after_working_days(COUNTY, at("2026-10-03T10:00"), 1).sentence
        assert "跳过国庆节假期 10月3日至7日" in after_working_time(COUNTY, at("2026-10-03T10:00"), hours(1)).sentence
        assert "调休上班" in after_working_time(COUNTY, at("2026-10-10T17:00"), hours(1)).sentence
        assert "调休上班" not in after_working_time(COUNTY, at("2026-10-10T17:30"), hours(1)).sentence

    def test_a_date_past_the_published_year_says_so(self) -> None:
        answer = after_working_days(COUNTY, at("2026-12-28T10:00"), 5)
        assert not answer.certain
        assert answer.at == at("2027-01-04T17:30")
        assert "最晚 2027年1月4日（周一）17:30 前答复" in answer.sentence
        assert answer.sentence.endswith("2027 年的放假安排尚未公布，暂按周一至周五计算，公布后可能调整。")

    def test_urgent_time_runs_through_the_night(self) -> None:
        answer = after_hours(at("2026-12-31T23:00"), 24, action="采取措施")
        assert answer.at == at("2027-01-01T23:00")
        assert answer.certain
        assert answer.sentence == (
            "12月31日（周四）23:00 收到，昼夜连续计 24 小时（不分节假日），最晚 2027年1月1日（周五）23:00 前采取措施。"
        )

    def test_the_action_is_named(self) -> None:
        assert "前联系您" in after_working_time(COUNTY, at("2026-11-24T10:00"), hours(4), action="联系您").sentence

    def test_a_very_long_way_stays_readable(self) -> None:
        answer = after_working_days(COUNTY, at("2024-01-02T10:00"), 600)
        assert len(answer.trace) == 122
        assert any("从略" in line for line in answer.trace)
        assert len(answer.sentence) < 400


class TestRefusals:
    def test_a_moment_without_zone(self) -> None:
        naive = datetime(2026, 11, 24, 10)  # noqa: DTZ001 - the refused thing itself
        with pytest.raises(NaiveMoment, match="没有写明时区"):
            after_working_days(COUNTY, naive, 1)
        with pytest.raises(NaiveMoment):
            after_working_time(COUNTY, naive, hours(1))
        with pytest.raises(NaiveMoment):
            after_hours(naive, 1)
        with pytest.raises(NaiveMoment):
            working_time_between(COUNTY, at("2026-11-24T10:00"), naive)
        with pytest.raises(NaiveMoment):
            Pause(naive, at("2026-11-24T10:00"))
        with pytest.raises(NaiveMoment):
            quiet(naive)
        with pytest.raises(NaiveMoment):
            workdays_after(COUNTY, naive)

    def test_negative_amounts(self) -> None:
        start = at("2026-11-24T10:00")
        for days in (0, -1):
            with pytest.raises(NegativeAmount, match="至少为 1"):
                after_working_days(COUNTY, start, days)
        with pytest.raises(NegativeAmount):
            after_working_time(COUNTY, start, timedelta(microseconds=-1))
        with pytest.raises(NegativeAmount):
            after_hours(start, -1)
        with pytest.raises(NegativeAmount):
            workday_before(COUNTY, start, days=0)

    def test_an_end_before_its_start(self) -> None:
        early, late = at("2026-11-24T10:00"), at("2026-11-24T11:00")
        with pytest.raises(BackwardSpan):
            working_time_between(COUNTY, late, early)
        with pytest.raises(BackwardSpan):
            Pause(late, early)
        with pytest.raises(BackwardSpan):
            halfway(COUNTY, late, early)

    def test_a_calendar_in_which_nobody_works(self) -> None:
        start, idle = at("2026-11-24T10:00"), WorkCalendar(shifts=())
        with pytest.raises(NoWorkingDay, match="400 天"):
            after_working_days(idle, start, 1)
        with pytest.raises(NoWorkingDay):
            after_working_time(idle, start, hours(1))
        with pytest.raises(NoWorkingDay):
            workday_before(idle, start)
        with pytest.raises(NoWorkingDay):
            next(workdays_after(idle, start))
        assert working_time_between(idle, start, start + hours(48)) == timedelta()

    def test_a_year_of_closing_is_borne(self) -> None:
        closed = frozenset(date(2026, 11, 25) + timedelta(days=n) for n in range(390))
        assert after_working_days(WorkCalendar(closed=closed), at("2026-11-24T10:00"), 1).at == at("2027-12-20T17:30")

    def test_dates_nobody_will_live_to_see(self) -> None:
        with pytest.raises(OutOfRange):
            after_hours(at("2026-11-24T10:00"), 24 * 366 * 200)
        with pytest.raises(OutOfRange):
            after_hours(at("2026-11-24T10:00"), 24 * 366 * 20000)
        with pytest.raises(OutOfRange):
            after_working_days(COUNTY, at("2026-11-24T10:00"), 100_000)
        with pytest.raises(OutOfRange):
            after_working_time(COUNTY, at("2026-11-24T10:00"), timedelta(days=100_000))
        with pytest.raises(OutOfRange):
            Pause(at("2026-11-24T10:00"), datetime.max.replace(tzinfo=UTC))

    def test_each_is_a_value_error_and_speaks_chinese(self) -> None:
        with pytest.raises(ValueError, match=r"[\u4e00-\u9fff]"):
            after_working_days(COUNTY, at("2026-11-24T10:00"), 0)


class TestReminders:
    def test_half_of_the_working_time(self) -> None:
        start, due = at("2026-11-24T09:00"), at("2026-11-25T17:30")
        assert halfway(COUNTY, start, due) == at("2026-11-24T17:30")
        assert halfway(COUNTY, at("2026-09-30T14:00"), at("2026-10-08T12:00")) == at("2026-09-30T17:15")

    def test_half_of_a_night_is_plain_time(self) -> None:
        assert halfway(COUNTY, at("2026-11-24T22:00"), at("2026-11-24T23:00")) == at("2026-11-24T22:30")

    def test_half_with_a_pause(self) -> None:
        paused = [pause("2026-11-24T09:00", "2026-11-24T12:00")]
        assert halfway(COUNTY, at("2026-11-24T09:00"), at("2026-11-24T16:00"), paused) == at("2026-11-24T15:00")

    def test_the_working_day_before(self) -> None:
        assert workday_before(COUNTY, at("2026-11-30T17:30")) == at("2026-11-27T09:00")
        assert workday_before(COUNTY, at("2026-10-08T17:30")) == at("2026-09-30T09:00")
        assert workday_before(COUNTY, at("2026-10-12T17:30"), at=time(8, 30)) == at("2026-10-10T08:30")
        assert workday_before(COUNTY, at("2026-11-30T17:30"), days=3) == at("2026-11-25T09:00")

    def test_every_working_day_after(self) -> None:
        mornings = list(islice(workdays_after(COUNTY, at("2026-09-29T17:30")), 4))
        assert mornings == [at(f"2026-{day}T09:00") for day in ("09-30", "10-08", "10-09", "10-10")]

    @pytest.mark.parametrize(
        ("moment", "is_quiet", "speak"),
        [
            ("2026-11-24T20:59:59", False, "2026-11-24T20:59:59"),
            ("2026-11-24T21:00", True, "2026-11-25T08:00"),
            ("2026-11-25T00:00", True, "2026-11-25T08:00"),
            ("2026-11-25T07:59:59", True, "2026-11-25T08:00"),
            ("2026-11-25T08:00", False, "2026-11-25T08:00"),
        ],
    )
    def test_quiet_hours(self, moment: str, is_quiet: bool, speak: str) -> None:
        assert quiet(at(moment).astimezone(UTC)) is is_quiet
        assert after_quiet(at(moment)) == at(speak)

    def test_quiet_hours_of_a_county_that_rests_at_noon(self) -> None:
        assert quiet(at("2026-11-24T13:00"), time(12), time(14))
        assert not quiet(at("2026-11-24T14:00"), time(12), time(14))
        assert after_quiet(at("2026-11-24T13:00"), time(12), time(14)) == at("2026-11-24T14:00")
