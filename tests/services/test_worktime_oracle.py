"""Random working-time cases against an oracle that walks single minutes by a holiday table of its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from benchmarks.worktime_oracle import run
from services.worktime import (
    Deadline,
    Pause,
    Shift,
    WorkCalendar,
    after_working_days,
    after_working_time,
    halfway,
    working_time_between,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Minutes since New Year 2026 in Shanghai.
NEW_YEAR = datetime(2026, 1, 1, tzinfo=SHANGHAI)
REST = {(1, n) for n in (1, 2, 3)} | {(2, n) for n in range(15, 24)} | {(4, n) for n in (4, 5, 6)}
REST |= {(5, n) for n in range(1, 6)} | {(6, n) for n in (19, 20, 21)} | {(9, n) for n in (25, 26, 27)}
REST |= {(10, n) for n in range(1, 8)}
MADE_UP = {(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)}
DAY = 24 * 60


def day_of(number: int) -> date:
    return date(2026, 1, 1) + timedelta(days=number)


def moment_of(minute: int) -> datetime:
    return NEW_YEAR + timedelta(minutes=minute)


@dataclass(frozen=True)
class Office:
    """Hours as pairs of minutes of the day; days by their number in 2026."""

    hours: tuple[tuple[int, int], ...]
    closed: frozenset[int]
    special: Mapping[int, tuple[tuple[int, int], ...]]
    pauses: tuple[tuple[int, int], ...]

    def calendar(self) -> WorkCalendar:
        special = {day_of(n): shifts_of(hours) for n, hours in self.special.items()}
        return WorkCalendar(shifts_of(self.hours), frozenset(map(day_of, self.closed)), special)

    def real_pauses(self) -> list[Pause]:
        return [Pause(moment_of(start), moment_of(end)) for start, end in self.pauses]

    def hours_on(self, number: int) -> tuple[tuple[int, int], ...]:
        if number in self.special:
            return self.special[number]
        day = day_of(number)
        in_2026 = day.year == 2026
        rests = day.weekday() >= 5 and not (in_2026 and (day.month, day.day) in MADE_UP)
        rests = rests or (in_2026 and (day.month, day.day) in REST) or number in self.closed
        return () if rests else self.hours

    def works(self, minute: int) -> bool:
        number, of_day = divmod(minute, DAY)
        return any(start <= of_day < end for start, end in self.hours_on(number))

    def paused(self, minute: int) -> bool:
        return any(start <= minute < end for start, end in self.pauses)

    def counts(self, minute: int) -> bool:
        return self.works(minute) and not self.paused(minute)

    def walk(self, minute: int, amount: int) -> int:
        while amount:
            amount -= self.counts(minute)
            minute += 1
        return minute

    def between(self, start: int, end: int) -> int:
        return sum(self.counts(minute) for minute in range(start, end))

    def after_days(self, start: int, days: int) -> int:
        number = start // DAY
        while days:
            number += 1
            days -= bool(self.hours_on(number))
        base = number * DAY + self.hours_on(number)[-1][1]
        lost = sum(self.works(minute) and self.paused(minute) for minute in range(start, base))
        return self.walk(base, lost)


def shifts_of(hours: tuple[tuple[int, int], ...]) -> tuple[Shift, ...]:
    return tuple(Shift(time(*divmod(start, 60)), time(*divmod(end, 60))) for start, end in hours)


@st.composite
def some_hours(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """One to three shifts of twenty minutes and more, starting at any minute, sometimes touching."""
    count = draw(st.integers(1, 3))
    marks = sorted(draw(st.sets(st.integers(0, 70), min_size=2 * count, max_size=2 * count)))
    if count > 1 and draw(st.booleans()):
        marks[2] = marks[1]
    offset = draw(st.integers(0, 19))
    return tuple((offset + 20 * start, offset + 20 * end) for start, end in zip(marks[::2], marks[1::2], strict=True))


@st.composite
def situations(draw: st.DrawFn) -> tuple[Office, int]:
    """An office and a minute near one of the year's awkward weeks."""
    week = draw(st.sampled_from(["2026-02-10", "2026-02-25", "2026-05-06", "2026-09-28", "2026-12-28", "2026-11-24"]))
    first = (date.fromisoformat(week) - date(2026, 1, 1)).days
    days = st.integers(first - 1, first + 14)
    special = draw(st.dictionaries(days, st.one_of(st.just(()), some_hours()), max_size=3))
    closed = draw(st.frozensets(days, max_size=4)) - special.keys()
    starts = st.integers(first * DAY, (first + 4) * DAY)
    pauses = draw(st.lists(st.tuples(starts, st.integers(0, 3 * DAY)), max_size=3))
    office = Office(draw(some_hours()), closed, special, tuple((begin, begin + size) for begin, size in pauses))
    return office, draw(starts)


AFTER_NATIONAL_DAY = Office(((540, 720), (840, 1050)), frozenset(), {}, ()), (270 * DAY + 600)
few = settings(max_examples=60, deadline=None)


class TestAgainstTheOracle:
    @few
    @given(situations(), st.integers(0, 1500))
    @example(AFTER_NATIONAL_DAY, 390 * 5)
    def test_time_forward_and_back(self, situation: tuple[Office, int], amount: int) -> None:
        office, start = situation
        calendar, pauses = office.calendar(), office.real_pauses()
        due = after_working_time(calendar, moment_of(start), timedelta(minutes=amount), pauses).at
        assert due == moment_of(office.walk(start, amount))
        assert working_time_between(calendar, moment_of(start), due, pauses) == timedelta(minutes=amount)

    @few
    @given(situations(), st.integers(1, 8))
    @example(AFTER_NATIONAL_DAY, 5)
    def test_days(self, situation: tuple[Office, int], days: int) -> None:
        office, start = situation
        answer = after_working_days(office.calendar(), moment_of(start), days, office.real_pauses())
        assert answer.at == moment_of(office.after_days(start, days))
        assert answer.certain == (answer.at.astimezone(SHANGHAI).year == 2026 or named_to_the_end(office, answer.at))

    @few
    @given(situations(), st.integers(0, 9 * DAY))
    def test_time_between(self, situation: tuple[Office, int], length: int) -> None:
        office, start = situation
        found = working_time_between(
            office.calendar(), moment_of(start), moment_of(start + length), office.real_pauses()
        )
        assert found == timedelta(minutes=office.between(start, start + length))

    @few
    @given(situations(), st.integers(1, 9 * DAY))
    def test_half(self, situation: tuple[Office, int], length: int) -> None:
        office, start = situation
        begin, due = moment_of(start), moment_of(start + length)
        calendar, pauses = office.calendar(), office.real_pauses()
        half = halfway(calendar, begin, due, pauses)
        assert begin <= half <= due
        before = working_time_between(calendar, begin, half, pauses)
        assert before == working_time_between(calendar, half, due, pauses)

    @few
    @given(situations(), st.integers(1, 10**11))
    def test_it_is_the_first_such_instant_to_the_microsecond(self, situation: tuple[Office, int], micro: int) -> None:
        office, start = situation
        calendar, pauses, amount = office.calendar(), office.real_pauses(), timedelta(microseconds=micro)
        begin = moment_of(start) + timedelta(microseconds=micro % 59_999_999)
        due = after_working_time(calendar, begin, amount, pauses).at
        just_before = due - timedelta(microseconds=1)
        assert working_time_between(calendar, begin, due, pauses) == amount
        assert working_time_between(calendar, begin, just_before, pauses) == amount - timedelta(microseconds=1)

    @few
    @given(situations(), st.integers(1, 8))
    def test_the_trace_of_days_can_be_counted_again(self, situation: tuple[Office, int], days: int) -> None:
        office, start = situation
        answer = after_working_days(office.calendar(), moment_of(start), days, office.real_pauses())
        assume(not is_shortened(answer))
        *lines, last = answer.trace
        numbers = [int(found[1]) for line in lines if (found := re.search(r"，第 (\d+) 个", line))]
        assert numbers == list(range(1, days + 1))
        given_back = sum(minutes_in(line, "补回暂停时间") for line in lines)
        lost = sum(minutes_in(line, "其中暂停") for line in lines)
        base = next(line for line in lines if f"第 {days} 个" in line)[:10]
        number = (date.fromisoformat(base) - date(2026, 1, 1)).days
        end = number * DAY + office.hours_on(number)[-1][1]
        again = moment_of(office.walk(end, given_back)).astimezone(SHANGHAI)
        assert last == f"{again:%Y-%m-%d} 周{'一二三四五六日'[again.weekday()]} {again:%H:%M} 到期"
        assert lost >= given_back

    @few
    @given(situations(), st.integers(0, 1500))
    def test_the_trace_of_time_adds_up(self, situation: tuple[Office, int], amount: int) -> None:
        office, start = situation
        answer = after_working_time(
            office.calendar(), moment_of(start), timedelta(minutes=amount), office.real_pauses()
        )
        assume(not is_shortened(answer))
        assert sum(minutes_in(line, "，计") for line in answer.trace) == amount

    def test_many_more_by_a_second_oracle(self) -> None:
        assert run(cases=3000) == 0


def named_to_the_end(office: Office, due: datetime) -> bool:
    """Whether the county itself has named every day of 2027 on the way to the deadline."""
    last = (due.astimezone(SHANGHAI).date() - date(2026, 1, 1)).days
    return all(number in office.special or number in office.closed for number in range(365, last + 1))


def is_shortened(deadline: Deadline) -> bool:
    return any("从略" in line for line in deadline.trace)


def minutes_in(line: str, label: str) -> int:
    found = re.search(rf"{label} (?:(\d+) 小时)? ?(?:(\d+) 分)?", line)
    return int(found[1] or 0) * 60 + int(found[2] or 0) if found else 0
