"""Why a deadline falls where it falls, in Chinese: the days skipped by name, what is not yet published, the trace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby

from services.clock import local
from services.worktime.calendar import NATIONAL_YEARS, Day, DayKind, Span, WorkCalendar, local_day
from services.worktime.counting import counted

_WEEKDAYS = "一二三四五六日"
_ONE_DAY = timedelta(days=1)
_MOST_NOTES = 6
"""Remarks in one sentence; more and nobody reads them. The trace has them all."""
_MOST_LINES = 120
"""Lines of a trace; a longer walk shows its first and last days."""


class Account:
    """The days from receipt to deadline (UTC instants, pauses in order), told in words."""

    def __init__(self, calendar: WorkCalendar, start: datetime, due: datetime, paused: tuple[Span, ...]) -> None:
        self.calendar, self.start, self.due, self.paused = calendar, start, due, paused
        self.first, self.last = local_day(start), local_day(due)
        self.days = [(day, calendar.day(day)) for day in _days(self.first, self.last)]
        self.unknown_years = sorted({day.year for day, about in self.days if not about.known})

    def total_paused(self) -> timedelta:
        """Working time between receipt and deadline that the pauses took out."""
        return self._paused_within(self.start, self.due) if self.paused else timedelta()

    def aside(self, from_receipt: bool = False) -> str:
        """The remark in brackets on days that were no plain working days, or nothing.

        It starts with the day of receipt itself when that counts (`from_receipt`) and was not over yet.
        """
        spans = self.days[0][1].spans
        counts_today = from_receipt and (not spans or self.start < spans[-1][1])
        notes = list(dict.fromkeys(_notes(self.days if counts_today else self.days[1:], self.first)))
        if len(notes) > _MOST_NOTES:
            notes = [*notes[:_MOST_NOTES], "等等"]
        return f"（{'；'.join(notes)}）" if notes else ""

    def doubt(self) -> str:
        """The warning about years whose arrangement is not known, or nothing."""
        if not self.unknown_years:
            return ""
        coming = "、".join(map(str, self.unknown_years))
        if self.unknown_years[-1] < NATIONAL_YEARS[0]:
            return f"没有 {coming} 年的放假安排，暂按周一至周五计算。"
        return f"{coming} 年的放假安排尚未公布，暂按周一至周五计算，公布后可能调整。"

    def day_lines(self, last_counted: date) -> tuple[str, ...]:
        """The trace of a limit in working days whose N-th one, before pauses, is `last_counted`."""
        lines, number = [f"{_line_day(self.first)} 收到当日，不计"], 0
        for day, about in self.days[1:]:
            if not about.spans:
                text = f"{_reason(about)}，不计"
            elif day <= last_counted:
                number += 1
                text = f"{_reason(about)}，第 {number} 个"
            else:
                text = f"{_reason(about)}，补回暂停时间 {duration(self._counted_on(day))}"
            lines.append(f"{_line_day(day)} {text}")
        return self._closed(self._with_pauses(lines))

    def time_lines(self) -> tuple[str, ...]:
        """The trace of a limit in working time: what each day gave."""
        lines = [
            f"{_line_day(day)} {_reason(about)}，"
            + (f"计 {duration(self._counted_on(day))}" if about.spans else "不计")
            for day, about in self.days
        ]
        return self._closed(self._with_pauses(lines))

    def _closed(self, lines: list[str]) -> tuple[str, ...]:
        if len(lines) > _MOST_LINES:
            half = _MOST_LINES // 2
            lines = [*lines[:half], f"……中间 {len(lines) - 2 * half} 天从略……", *lines[-half:]]
        end = local(self.due)
        return (*lines, f"{_line_day(self.last)} {_clock(end)} 到期")

    def _with_pauses(self, lines: list[str]) -> list[str]:
        if not self.paused:
            return lines
        out = []
        for (day, _), line in zip(self.days, lines, strict=True):
            lost = self._paused_within(*self._bounds(day))
            out.append(f"{line}，其中暂停 {duration(lost)}" if lost else line)
        return out

    def _counted_on(self, day: date) -> timedelta:
        return counted(self.calendar, *self._bounds(day), self.paused)

    def _paused_within(self, start: datetime, end: datetime) -> timedelta:
        return counted(self.calendar, start, end, ()) - counted(self.calendar, start, end, self.paused)

    def _bounds(self, day: date) -> Span:
        """The part of a day's working hours that lies between receipt and deadline."""
        spans = self.calendar.day(day).spans
        if not spans:
            return self.start, self.start
        begin = max(spans[0][0], self.start)
        return begin, max(begin, min(spans[-1][1], self.due))


def day_text(day: date, since: date | None = None) -> str:
    """11月24日（周二）, with its year when that differs from the year of `since`."""
    return f"{_month_day(day, since)}（周{_WEEKDAYS[day.weekday()]}）"


def moment_text(moment: datetime, since: datetime | None = None) -> str:
    """As `day_text`, with the time of day in Asia/Shanghai; seconds are cut, which errs on the early side."""
    here = local(moment)
    return f"{day_text(here.date(), local(since).date() if since else None)}{here:%H:%M}"


def duration(amount: timedelta) -> str:
    """6 小时 30 分; parts that are nothing are left out, fractions of a second are cut."""
    hours, rest = divmod(int(amount.total_seconds()), 3600)
    parts = [(hours, "小时"), (rest // 60, "分"), (rest % 60, "秒")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 分"


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _clock(here: datetime) -> str:
    return f"{here:%H:%M:%S}" if here.second else f"{here:%H:%M}"


def _month_day(day: date, since: date | None) -> str:
    year = f"{day.year}年" if since and since.year != day.year else ""
    return f"{year}{day.month}月{day.day}日"


def _range_text(first: date, last: date, since: date) -> str:
    if first == last:
        return _month_day(first, since)
    end = f"{last.day}日" if (first.year, first.month) == (last.year, last.month) else _month_day(last, first)
    return f"{_month_day(first, since)}至{end}"


def _line_day(day: date) -> str:
    return f"{day:%Y-%m-%d} 周{_WEEKDAYS[day.weekday()]}"


def _reason(about: Day) -> str:
    return f"{about.holiday}{about.kind.value}"


def _notes(days: list[tuple[date, Day]], since: date) -> Iterator[str]:
    for kind, group in groupby(days, key=lambda pair: pair[1].kind):
        run = list(group)
        first, last = run[0][0], run[-1][0]
        if kind is DayKind.WEEKEND:
            yield "跳过周末"
        elif kind is DayKind.HOLIDAY:
            names = "、".join(dict.fromkeys(about.holiday for _, about in run))
            yield f"跳过{names}假期 {_range_text(first, last, since)}"
        elif kind is DayKind.COUNTY_REST:
            yield f"跳过本县休息日 {_range_text(first, last, since)}"
        elif kind in (DayKind.MAKE_UP, DayKind.COUNTY_WORK):
            yield from (f"{day_text(day, since)}{kind.value}，计入" for day, _ in run)
        elif kind is DayKind.COUNTY_HOURS:
            yield f"{_range_text(first, last, since)}{kind.value}"
