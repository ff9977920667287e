"""By when a request must be answered, what is promised about it, and when somebody is reminded. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from knowledge.county import Category, County, Policy
from services.requests.refusals import UnknownCategory
from services.requests.rules import ROUND_TWO_DAYS, WORKING
from services.requests.tables import RequestRow
from services.worktime import (
    Deadline,
    Pause,
    WorkCalendar,
    after_hours,
    after_working_days,
    after_working_time,
    halfway,
    workday_before,
    working_time_between,
)
from services.worktime.explaining import duration, moment_text

URGENT_POLICY = "urgent"
_MINUTE = timedelta(minutes=1)
WAITING_DAYS = 10
"""Working days of waiting for the author after which the officer is reminded of it (county default)."""
WAITING, HALF, BEFORE, CONTACT, EXPIRED, DAILY = RANKS = ("waiting", "half", "before", "contact", "expired", "daily")
"""Levels of reminders, mildest first."""


@dataclass(frozen=True)
class Promise:
    """What the county promises: policy name, both due times (UTC), whether the calendar is published that far, why."""

    policy: str
    contact_due: datetime
    answer_due: datetime
    sentence: str
    certain: bool


def policy_of(county: County, category: str, urgent: bool) -> tuple[Category, Policy]:
    """Return a category and the limits that hold for it; raises UnknownCategory."""
    found = county.categories.get(category)
    if found is None:
        raise UnknownCategory
    return found, county.policies[URGENT_POLICY if urgent else found.policy]


def promised(county: County, calendar: WorkCalendar, category: str, urgent: bool, start: datetime) -> Promise:
    """Return what is promised for a request handed in at `start` (aware).

    Contact of urgent matters is due in hours by day and night, everything else in working days (county default).
    A statutory limit of the category is named beside the county's own. The sentence has a line for each.
    """
    about, policy = policy_of(county, category, urgent)
    contact = _contact(calendar, policy, start)
    answer = after_working_days(calendar, start, policy.answer_days)
    basis = county.policies[about.policy].basis
    sentence = "\n".join([contact.sentence, answer.sentence, *([f"法定期限另见{basis}。"] if basis else [])])
    return Promise(policy.name, contact.at, answer.at, sentence, contact.certain and answer.certain)


def _contact(calendar: WorkCalendar, policy: Policy, start: datetime) -> Deadline:
    if policy.contact_hours is not None:
        return after_hours(start, policy.contact_hours, "与您联系")
    return after_working_days(calendar, start, policy.contact_days or policy.answer_days, action="与您联系")


def resume(calendar: WorkCalendar, row: RequestRow, now: datetime) -> None:
    """Let a paused clock run again: the answer's due time moves on by the working time waited, to the minute."""
    if row.waiting_since is None:
        return
    waited = round(working_time_between(calendar, row.waiting_since, now) / _MINUTE) * _MINUTE
    row.waiting_since = None
    if not waited:
        return
    moved = after_working_time(calendar, row.answer_due, waited)
    row.answer_due, row.certain = moved.at, row.certain and moved.certain
    due = moment_text(moved.at, since=now)
    row.sentence = f"等待补充材料用去上班时间 {duration(waited)}，已顺延，最晚 {due} 前答复。"
    if not row.certain:
        row.sentence += "其中有的日子放假安排尚未公布，暂按周一至周五计算，公布后可能调整。"


def start_again(calendar: WorkCalendar, row: RequestRow, now: datetime) -> None:
    """Set the clock of the second round."""
    again = after_working_days(calendar, now, ROUND_TWO_DAYS, action="再次答复")
    row.answer_due, row.certain, row.sentence = again.at, again.certain, again.sentence


def levels(
    calendar: WorkCalendar, row: RequestRow, start: datetime, pauses: Iterable[Pause], now: datetime
) -> list[tuple[str, datetime]]:
    """Return the reminders that lie ahead of `now`, for a clock that started at `start` and stood in the pauses."""
    planned = [
        (HALF, halfway(calendar, start, row.answer_due, pauses)),
        (BEFORE, workday_before(calendar, row.answer_due)),
        (EXPIRED, row.answer_due),
    ]
    if row.contacted_at is None:
        planned.append((CONTACT, row.contact_due))
    return [(level, at) for level, at in planned if at > now]


def waiting_level(calendar: WorkCalendar, now: datetime) -> tuple[str, datetime]:
    """Return the reminder that the author has not answered a question asked `now`."""
    return WAITING, after_working_days(calendar, now, WAITING_DAYS).at


def kind_of(level: str) -> str:
    """Return a level without its count: daily for daily-3."""
    return level.partition("-")[0]


def rank(level: str) -> int:
    """Return how strong a level is; every daily one is equal."""
    return RANKS.index(kind_of(level))


def matters(level: str, row: RequestRow, now: datetime) -> bool:
    """Say whether a due reminder still has something to say."""
    kind = kind_of(level)
    if row.state not in WORKING or row.deleted_at or (kind == WAITING) != (row.waiting_since is not None):
        return False
    if kind == WAITING:
        return True
    if kind == CONTACT:
        return row.contacted_at is None
    overdue = now >= row.answer_due
    return overdue if kind in (EXPIRED, DAILY) else not overdue


def next_due(row: RequestRow) -> datetime | None:
    """Return what is due next, contact or answer; None while it is not the department's turn."""
    if row.state not in WORKING or row.waiting_since:
        return None
    return row.answer_due if row.contacted_at else min(row.contact_due, row.answer_due)


def light(calendar: WorkCalendar, row: RequestRow, now: datetime) -> str:
    """Return red past due, yellow from 09:00 of the working day before, else green (county default)."""
    due = next_due(row)
    if due is None:
        return "green"
    if now >= due:
        return "red"
    return "yellow" if now >= workday_before(calendar, due) else "green"
