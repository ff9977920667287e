"""By when something is due: the three ways in which a limit is counted, each with its explanation in Chinese."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.worktime.calendar import WorkCalendar, local_day, utc
from services.worktime.counting import Pause, advance, counted, in_order, nth, workdays_from
from services.worktime.explaining import Account, day_text, duration, moment_text
from services.worktime.refusals import NegativeAmount


@dataclass(frozen=True)
class Deadline:
    """When something is due and why.

    `at`: aware, UTC. `certain`: false when a day on the way lies past the published arrangements. `sentence`: one
    Chinese sentence for the person who waits; it names dates, never "today", because it is stored and read later.
    `trace`: a line per day that was used or skipped, from which the result can be counted again by hand.
    """

    at: datetime
    certain: bool
    sentence: str
    trace: tuple[str, ...]


def after_working_days(
    calendar: WorkCalendar, start: datetime, days: int, pauses: Iterable[Pause] = (), action: str = "答复"
) -> Deadline:
    """Due at the end of the last shift of the `days`-th working day after `start` (aware).

    The day of receipt is not counted (民法典 201 条; days are Asia/Shanghai). A paused working minute is given back:
    the end of that N-th working day is moved on by the working time that lies in the pauses between `start` and the
    deadline, so a pause over one whole working day moves the end by one working day of the same length.
    `action` is what must happen by then, for the sentence. Refuses NegativeAmount (fewer than 1), NaiveMoment,
    NoWorkingDay, OutOfRange.
    """
    start = utc(start)
    if days < 1:
        raise NegativeAmount(amount=f"{days} 个工作日")
    paused = in_order(pauses)
    following = workdays_from(calendar, local_day(start) + timedelta(days=1))
    last_day = nth(following, days)
    base = calendar.day(last_day).spans[-1][1]
    lost = counted(calendar, start, base, ()) - counted(calendar, start, base, paused) if paused else timedelta()
    due = advance(calendar, base, lost, paused)
    account = Account(calendar, start, due, paused)
    how = f"{day_text(account.first)}收到，当日不计，顺延 {days} 个工作日{account.aside()}"
    if given_back := account.total_paused():
        how += f"，加上暂停期间的工作时间 {duration(given_back)}"
    return _deadline(account, how, action, account.day_lines(last_day))


def after_working_time(
    calendar: WorkCalendar, start: datetime, amount: timedelta, pauses: Iterable[Pause] = (), action: str = "答复"
) -> Deadline:
    """Due at the first instant at which `amount` of working time outside the pauses has passed since `start` (aware).

    Exact to the microsecond; an amount that ends with a shift is due at that shift's end, and none at all is due at
    once. Refuses NegativeAmount, NaiveMoment, NoWorkingDay, OutOfRange.
    """
    start = utc(start)
    if amount < timedelta():
        raise NegativeAmount(amount=amount)
    paused = in_order(pauses)
    account = Account(calendar, start, advance(calendar, start, amount, paused), paused)
    how = f"{moment_text(start)} 收到，按上班时间计 {duration(amount)}{account.aside(from_receipt=True)}"
    if given_back := account.total_paused():
        how += f"，不计暂停期间的 {duration(given_back)}"
    return _deadline(account, how, action, account.time_lines())


def after_hours(start: datetime, hours: int, action: str = "答复") -> Deadline:
    """Due `hours` of plain time after `start` (aware), day and night (紧急 is on duty 24×7; county default).

    Refuses NegativeAmount, NaiveMoment, OutOfRange.
    """
    start = utc(start)
    if hours < 0:
        raise NegativeAmount(amount=f"{hours} 小时")
    try:
        due = utc(start + timedelta(hours=hours))
    except OverflowError:
        due = utc(datetime.max.replace(tzinfo=start.tzinfo))
    begin, end = moment_text(start), moment_text(due, since=start)
    sentence = f"{begin} 收到，昼夜连续计 {hours} 小时（不分节假日），最晚 {end} 前{action}。"
    return Deadline(due, True, sentence, (f"{begin} 收到", f"加 {hours} 小时", f"最晚 {end}"))


def _deadline(account: Account, how: str, action: str, lines: tuple[str, ...]) -> Deadline:
    due = moment_text(account.due, since=account.start)
    sentence = f"{how}，最晚 {due} 前{action}。{account.doubt()}"
    return Deadline(account.due, not account.unknown_years, sentence, lines)
