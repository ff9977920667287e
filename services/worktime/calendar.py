"""When people work: shifts of a day in Asia/Shanghai, national holidays and make-up days from chinesecalendar, and
the county's own days above them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from chinese_calendar import Holiday, holidays, workdays

from services.clock import ZONE
from services.worktime.refusals import BadShifts, ContradictoryDay, NaiveMoment, NotADay, OutOfRange

# China kept summer time until 1991; from 1992 on a local minute is an unambiguous instant. The upper end bounds loops.
FIRST_YEAR, LAST_YEAR = 1992, 2199
NATIONAL_YEARS = range(min(holidays).year, max(holidays).year + 1)
_FULL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}

Span = tuple[datetime, datetime]
"""Start and end of a stretch of time, both UTC, end exclusive."""


@dataclass(frozen=True, order=True)
class Shift:
    """One stretch of work within a day, local time, end exclusive. Refuses (BadShifts) an end not after its start."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start.tzinfo or self.end.tzinfo or self.start >= self.end:
            raise BadShifts(shifts=str(self))

    def __str__(self) -> str:
        return f"{self.start}-{self.end}"


DEFAULT_SHIFTS = (Shift(time(9), time(12)), Shift(time(14), time(17, 30)))
"""County default; the county's own hours are data."""


class DayKind(Enum):
    """Why a day is worked or not."""

    WORKDAY = "工作日"
    WEEKEND = "周末"
    HOLIDAY = "假期"
    MAKE_UP = "调休上班"
    COUNTY_REST = "本县休息"
    COUNTY_WORK = "本县安排上班"
    COUNTY_HOURS = "本县另定上班时间"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a calendar: its working spans, whether its arrangement is published, and why it is so."""

    spans: tuple[Span, ...]
    known: bool
    kind: DayKind
    holiday: str = ""


@lru_cache(maxsize=4096)
def _national(day: date) -> tuple[DayKind, str]:
    """Kind and holiday name by the State Council's table; plain weekdays for a year without one."""
    if name := holidays.get(day):
        chinese = Holiday(name).chinese
        return DayKind.HOLIDAY, _FULL_NAMES.get(chinese, chinese)
    if day in workdays:
        return (DayKind.MAKE_UP if day.weekday() > 4 else DayKind.WORKDAY), ""
    return (DayKind.WEEKEND if day.weekday() > 4 else DayKind.WORKDAY), ""


@dataclass(frozen=True)
class WorkCalendar:
    """The working time of one county.

    `shifts`: hours of an ordinary working day. `closed`: days without work. `special`: days with exactly these
    shifts, whatever the nation does (a county make-up day, a half day; an empty tuple closes the day).
    `known_years`: years whose whole arrangement the county has entered itself, ahead of chinesecalendar.
    `names`: what a closed day is called in explanations (春节); without a name it is the county's day of rest.
    Refuses BadShifts and ContradictoryDay (closed and worked at once).
    """

    shifts: tuple[Shift, ...] = DEFAULT_SHIFTS
    closed: frozenset[date] = frozenset()
    special: Mapping[date, tuple[Shift, ...]] = field(default_factory=dict, hash=False)
    known_years: frozenset[int] = frozenset()
    names: Mapping[date, str] = field(default_factory=dict, hash=False)
    _days: dict[date, Day] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Copies, because a later change to the caller's tables would contradict the days already looked up.
        object.__setattr__(self, "special", dict(self.special))
        object.__setattr__(self, "names", dict(self.names))
        for shifts in (self.shifts, *self.special.values()):
            if any(later.start < earlier.end for earlier, later in pairwise(shifts)):
                raise BadShifts(shifts="、".join(map(str, shifts)))
        for day in self.closed & self.special.keys():
            if self.special[day]:
                raise ContradictoryDay(day=day)

    def is_workday(self, day: date) -> bool:
        """Whether anybody works on this local day."""
        return bool(self.day(day).spans)

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """The shifts of a local day, in order; empty on a day of rest."""
        self.day(day)
        return self._shifts(day, self._kind(day)[0])

    def knows(self, day: date) -> bool:
        """Whether the day's arrangement is certain.

        True in the years of chinesecalendar, in `known_years`, and for a day that the county itself names: naming one
        day of a year does not make the rest of that year known.
        """
        return self.day(day).known

    def day(self, day: date) -> Day:
        """Everything about a local day, looked up once. Refuses NotADay (a datetime) and OutOfRange."""
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = self._look_up(day)
        return found

    def _look_up(self, day: date) -> Day:
        if isinstance(day, datetime):
            raise NotADay(moment=day)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise OutOfRange(first=FIRST_YEAR, last=LAST_YEAR)
        kind, holiday = self._kind(day)
        named = day in self.closed or day in self.special
        known = named or day.year in NATIONAL_YEARS or day.year in self.known_years
        spans = tuple((utc_at(day, s.start), utc_at(day, s.end)) for s in self._shifts(day, kind))
        return Day(spans, known, kind, holiday)

    def _kind(self, day: date) -> tuple[DayKind, str]:
        kind, holiday = _national(day)
        rests = kind in (DayKind.WEEKEND, DayKind.HOLIDAY)
        if self.special.get(day):
            return (DayKind.COUNTY_WORK if rests else DayKind.COUNTY_HOURS), ""
        if day not in self.closed and day not in self.special:
            return kind, holiday
        if name := self.names.get(day):
            return DayKind.HOLIDAY, name
        return (kind, holiday) if rests else (DayKind.COUNTY_REST, "")

    def _shifts(self, day: date, kind: DayKind) -> tuple[Shift, ...]:
        if kind in (DayKind.WORKDAY, DayKind.MAKE_UP):
            return self.shifts
        return self.special.get(day, ())


def utc(moment: datetime) -> datetime:
    """The same instant in UTC. Refuses NaiveMoment and OutOfRange."""
    if moment.utcoffset() is None:
        raise NaiveMoment(moment=moment)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise OutOfRange(first=FIRST_YEAR, last=LAST_YEAR)
    return moment.astimezone(UTC)


def utc_at(day: date, at: time) -> datetime:
    """The instant, UTC, of a local time on a local day."""
    return datetime.combine(day, at, ZONE).astimezone(UTC)


def local_day(moment: datetime) -> date:
    """The day in Asia/Shanghai on which an aware instant falls."""
    return moment.astimezone(ZONE).date()
