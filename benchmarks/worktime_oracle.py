"""Random working-time cases against a table of single minutes, for a long proof: python -m benchmarks.worktime_oracle
1000000. The table marks every minute of a stretch of days as counted or not, from its own list of holidays."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from services.worktime import (
    Pause,
    Shift,
    WorkCalendar,
    after_working_days,
    after_working_time,
    working_time_between,
)

_DAY = 24 * 60
_DAYS = 300
"""Even a pause over the longest special days ends within, when given back an hour a day."""
_CASES_PER_TABLE = 200
_BUSY = 30
"""Days from the first on in which the county closes or opens on its own."""
# State Council notice of 2025-11-04 for 2026, retyped here so that the library's table is checked, too.
_REST = frozenset(
    date(2026, month, day)
    for month, first, last in [(1, 1, 3), (2, 15, 23), (4, 4, 6), (5, 1, 5), (6, 19, 21), (9, 25, 27), (10, 1, 7)]
    for day in range(first, last + 1)
)
_MADE_UP = frozenset(date(2026, *day) for day in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)])

Hours = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Table:
    """A random office over some weeks: the calendar under test, and which minutes since `first` count."""

    first: date
    calendar: WorkCalendar
    pauses: tuple[Pause, ...]
    ends: tuple[int, ...]
    """Minute at which each day's last shift ends, -1 on a day of rest."""
    counts: bytes
    """For each minute, 1 if it is worked and not paused."""
    worked: tuple[int, ...]
    """Minutes worked before each minute, pauses or not."""
    counted: tuple[int, ...]
    """Minutes counted before each minute."""

    def moment(self, minute: int) -> datetime:
        """The instant of a minute of the table."""
        return _moment(self.first, minute)

    def walk(self, minute: int, amount: int) -> int:
        """The minute after the last of `amount` counted minutes from `minute` on."""
        while amount:
            amount -= self.counts[minute]
            minute += 1
        return minute


def run(cases: int, seed: int = 20260928) -> int:
    """Compare `cases` random limits (time, days, and the time between) and return the number of mismatches."""
    rng = random.Random(seed)
    wrong = 0
    for first_case in range(0, cases, _CASES_PER_TABLE):
        table = _table(rng)
        for _ in range(min(_CASES_PER_TABLE, cases - first_case)):
            wrong += not _agrees(table, rng)
    return wrong


def _agrees(table: Table, rng: random.Random) -> bool:
    start = rng.randrange(_DAY, 8 * _DAY)
    amount = rng.randrange(0, 10 * 60)
    end = start + rng.randrange(0, 20 * _DAY)
    days = rng.randrange(1, 11)
    moment = table.moment(start)

    by_time = after_working_time(table.calendar, moment, timedelta(minutes=amount), table.pauses).at
    by_days = after_working_days(table.calendar, moment, days, table.pauses).at
    between = working_time_between(table.calendar, moment, table.moment(end), table.pauses)

    workdays = [day for day in range(start // _DAY + 1, _DAYS) if table.ends[day] >= 0]
    base = table.ends[workdays[days - 1]]
    lost = (table.worked[base] - table.worked[start]) - (table.counted[base] - table.counted[start])
    return (
        by_time == table.moment(table.walk(start, amount))
        and working_time_between(table.calendar, moment, by_time, table.pauses) == timedelta(minutes=amount)
        and by_days == table.moment(table.walk(base, lost))
        and between == timedelta(minutes=table.counted[end] - table.counted[start])
    )


def _table(rng: random.Random) -> Table:
    first = date(2026, 1, 1) + timedelta(days=rng.randrange(365))
    days = [first + timedelta(days=n) for n in range(_DAYS)]
    hours = _hours(rng)
    special = {day: _hours(rng) if rng.random() < 0.8 else () for day in rng.sample(days[:_BUSY], rng.randrange(6))}
    closed = set(rng.sample(days[:_BUSY], rng.randrange(6))) - special.keys()

    works, ends = bytearray(_DAYS * _DAY), []
    for number, day in enumerate(days):
        today = special.get(day, () if day in closed or _nation_rests(day) else hours)
        for begin, end in today:
            for minute in range(number * _DAY + begin, number * _DAY + end):
                works[minute] = 1
        ends.append(number * _DAY + today[-1][1] if today else -1)
    counts, pauses = bytearray(works), []
    for _ in range(rng.randrange(4)):
        begin = rng.randrange(0, 12 * _DAY)
        length = rng.choice([rng.randrange(0, 300), rng.randrange(0, 3 * _DAY)])
        pauses.append((begin, begin + length))
        counts[begin : begin + length] = bytes(length)

    return Table(
        first=first,
        calendar=WorkCalendar(_shifts(hours), frozenset(closed), {day: _shifts(h) for day, h in special.items()}),
        pauses=tuple(Pause(_moment(first, begin), _moment(first, end)) for begin, end in pauses),
        ends=tuple(ends),
        counts=bytes(counts),
        worked=tuple(accumulate(works, initial=0)),
        counted=tuple(accumulate(counts, initial=0)),
    )


def _moment(first: date, minute: int) -> datetime:
    """The instant of a minute since the local start of `first`; China is eight hours ahead."""
    return datetime.combine(first, time(), UTC) + timedelta(minutes=minute, hours=-8)


def _nation_rests(day: date) -> bool:
    return day not in _MADE_UP and (day.weekday() >= 5 or day in _REST)


def _hours(rng: random.Random) -> Hours:
    """One to three shifts that together last an hour or more, and start and end at any minute."""
    count = rng.randrange(1, 4)
    offset = rng.randrange(60)
    marks = [offset + 60 * hour for hour in sorted(rng.sample(range(23), 2 * count))]
    return tuple(zip(marks[::2], marks[1::2], strict=True))


def _shifts(hours: Hours) -> tuple[Shift, ...]:
    return tuple(Shift(time(*divmod(begin, 60)), time(*divmod(end, 60))) for begin, end in hours)


if __name__ == "__main__":
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    mismatches = run(total)
    print(f"{total} cases, {mismatches} mismatches")
    sys.exit(mismatches > 0)
