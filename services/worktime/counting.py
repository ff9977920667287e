"""Counting working time between two instants and forward from one, with the paused time cut out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.worktime.calendar import FIRST_YEAR, LAST_YEAR, Span, WorkCalendar, local_day, utc
from services.worktime.refusals import BackwardSpan, NoWorkingDay, OutOfRange

_ONE_DAY = timedelta(days=1)
_REST_LIMIT = 400
"""Days of rest in a row after which a calendar is taken for broken."""


@dataclass(frozen=True)
class Pause:
    """Time that does not count: aware instants, end exclusive. Refuses NaiveMoment, BackwardSpan."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if utc(self.end) < utc(self.start):
            raise BackwardSpan


def working_time_between(
    calendar: WorkCalendar, start: datetime, end: datetime, pauses: Iterable[Pause] = ()
) -> timedelta:
    """The working time in [start, end) outside the pauses.

    The inverse of `after_working_time`. Refuses BackwardSpan, NaiveMoment, OutOfRange.
    """
    start, end = utc(start), utc(end)
    if end < start:
        raise BackwardSpan
    return counted(calendar, start, end, in_order(pauses))


def counted(calendar: WorkCalendar, start: datetime, end: datetime, pauses: tuple[Span, ...]) -> timedelta:
    """As `working_time_between`, for UTC instants in order and pauses in order."""
    total = timedelta()
    day, last = local_day(start), local_day(end)
    while day <= last:
        for piece_start, piece_end in _pieces(calendar.day(day).spans, start, pauses):
            if piece_start < end:
                total += min(piece_end, end) - piece_start
        day += _ONE_DAY
    return total


def advance(calendar: WorkCalendar, start: datetime, amount: timedelta, pauses: tuple[Span, ...]) -> datetime:
    """The first instant, UTC, at which `amount` of working time has passed since `start`."""
    if not amount:
        return start
    for day in days_from(calendar, local_day(start)):
        for piece_start, piece_end in _pieces(calendar.day(day).spans, start, pauses):
            if piece_end - piece_start >= amount:
                return piece_start + amount
            amount -= piece_end - piece_start
    raise OutOfRange(first=FIRST_YEAR, last=LAST_YEAR)


def in_order(pauses: Iterable[Pause]) -> tuple[Span, ...]:
    """The pauses as UTC spans by their start; they may overlap."""
    return tuple(sorted((utc(pause.start), utc(pause.end)) for pause in pauses))


def days_from(calendar: WorkCalendar, first: date, step: int = 1) -> Iterator[date]:
    """Local days from `first` on (backward with step -1), as far as years can be counted.

    Refuses NoWorkingDay after 400 days of rest in a row.
    """
    day, rested = first, 0
    while FIRST_YEAR <= day.year <= LAST_YEAR:
        yield day
        rested = 0 if calendar.day(day).spans else rested + 1
        if rested >= _REST_LIMIT:
            raise NoWorkingDay(day=first, days=_REST_LIMIT)
        day += timedelta(days=step)


def workdays_from(calendar: WorkCalendar, first: date, step: int = 1) -> Iterator[date]:
    """Only the working days of `days_from`."""
    return (day for day in days_from(calendar, first, step) if calendar.day(day).spans)


def nth(days: Iterator[date], n: int) -> date:
    """The n-th of the days, counted from 1. Refuses OutOfRange when they end before."""
    for count, day in enumerate(days, start=1):
        if count == n:
            return day
    raise OutOfRange(first=FIRST_YEAR, last=LAST_YEAR)


def _pieces(spans: tuple[Span, ...], start: datetime, pauses: tuple[Span, ...]) -> Iterator[Span]:
    """What is left of the spans after `start` and outside the pauses (in order), in order."""
    for span_start, end in spans:
        begin = max(span_start, start)
        for pause_start, pause_end in pauses:
            if pause_end <= begin:
                continue
            if pause_start >= end:
                break
            if begin < pause_start:
                yield begin, pause_start
            begin = pause_end
        if begin < end:
            yield begin, end
