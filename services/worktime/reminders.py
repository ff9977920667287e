"""When to speak up about a deadline, and when to keep quiet at night."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta

from services.clock import local
from services.worktime.calendar import WorkCalendar, local_day, utc, utc_at
from services.worktime.counting import Pause, advance, counted, in_order, nth, workdays_from
from services.worktime.refusals import BackwardSpan, NegativeAmount

_MORNING = time(9)
_ONE_DAY = timedelta(days=1)
QUIET_FROM, QUIET_UNTIL = time(21), time(8)
"""County default: no message that can wait between these local times."""


def halfway(calendar: WorkCalendar, start: datetime, due: datetime, pauses: Iterable[Pause] = ()) -> datetime:
    """The first instant, UTC, at which half of the working time between `start` and `due` (both aware) is used.

    Where no working time lies between (an urgent matter at night), half of the plain time. Refuses BackwardSpan.
    """
    start, due, paused = utc(start), utc(due), in_order(pauses)
    if due < start:
        raise BackwardSpan
    working = counted(calendar, start, due, paused)
    return advance(calendar, start, working / 2, paused) if working else start + (due - start) / 2


def workday_before(calendar: WorkCalendar, due: datetime, days: int = 1, at: time = _MORNING) -> datetime:
    """Local time `at`, in UTC, on the `days`-th working day before the day of `due` (aware), which never counts.

    Refuses NegativeAmount (fewer than 1), NoWorkingDay.
    """
    if days < 1:
        raise NegativeAmount(amount=f"{days} 个工作日")
    return utc_at(nth(workdays_from(calendar, local_day(utc(due)) - _ONE_DAY, step=-1), days), at)


def workdays_after(calendar: WorkCalendar, moment: datetime, at: time = _MORNING) -> Iterator[datetime]:
    """Local time `at`, in UTC, on each working day after the day of `moment` (aware): the daily reminders after expiry.

    Goes on as far as years can be counted: take what you need. Refuses NaiveMoment at once, NoWorkingDay on the way.
    """
    following = workdays_from(calendar, local_day(utc(moment)) + _ONE_DAY)
    return (utc_at(day, at) for day in following)


def quiet(moment: datetime, begin: time = QUIET_FROM, end: time = QUIET_UNTIL) -> bool:
    """Whether an aware moment lies in the quiet hours: local, from `begin` on, until before `end`, past midnight."""
    at = local(utc(moment)).time()
    return at >= begin or at < end if begin > end else begin <= at < end


def after_quiet(moment: datetime, begin: time = QUIET_FROM, end: time = QUIET_UNTIL) -> datetime:
    """The moment itself when it is not quiet, otherwise the end of these quiet hours; in UTC."""
    moment = utc(moment)
    if not quiet(moment, begin, end):
        return moment
    here = local(moment)
    crosses_midnight = begin > end and here.time() >= begin
    return utc_at(here.date() + (_ONE_DAY if crosses_midnight else timedelta()), end)
