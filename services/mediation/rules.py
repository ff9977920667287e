"""The rules of booking, pure: when a studio is open, who may do what until when, when to remind."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from knowledge.county import BookingLimits, Studio
from services.clock import local
from services.errors import Empty, NotAllowed, Refusal, TooLong
from services.masking import mask
from services.mediation.refusals import AlreadyAccepted, BookingOver, TooLate, TooManyMoves
from services.mediation.views import Booking, Seat, Slot, State, Verb
from services.texts import readable, units
from services.worktime import WorkCalendar, quiet
from services.worktime.calendar import DayKind, utc_at
from services.worktime.explaining import duration

FACTS_LIMIT = 500
"""Characters of the short facts (county default)."""
NOTE_LIMIT = 200
"""Characters of a reason (county default)."""
DAY, HOURS = "day", "hours"
"""Levels of reminder: 24 hours and 2 hours before the start (issue text; T−1 d and T−2 h)."""

_LEAD = {DAY: timedelta(days=1), HOURS: timedelta(hours=2)}
_RESTS = frozenset({DayKind.HOLIDAY, DayKind.COUNTY_REST})
_EVENING = time(20)
_SEATS = {
    Verb.MOVE: frozenset({Seat.AUTHOR, Seat.MEDIATOR}),
    Verb.CANCEL: frozenset({Seat.AUTHOR}),
    Verb.ACCEPT: frozenset({Seat.MEDIATOR}),
    Verb.DECLINE: frozenset({Seat.MEDIATOR}),
}


def hours_on(studio: Studio, day: date, calendar: WorkCalendar) -> tuple[tuple[str, str], ...]:
    """Return the studio's hours on a local day (county default).

    None on public holidays and on days that the county closes. On a weekend day that is worked (调休) the studio
    keeps its own hours for that weekday, and Monday's if it has none. Past the last published year the plain
    weekday decides, because nothing else is known.
    """
    kind = calendar.day(day).kind
    if kind in _RESTS or day in calendar.closed or calendar.special.get(day) == ():
        return ()
    own = studio.hours.get(day.weekday(), ())
    if not own and day.weekday() >= 5 and calendar.is_workday(day):
        return studio.hours.get(0, ())
    return own


def grid(studio: Studio, day: date, calendar: WorkCalendar) -> list[Slot]:
    """Return every slot that the studio keeps on a local day, taken or not, in order."""
    length = timedelta(minutes=studio.slot_minutes)
    return [
        slot
        for begin, end in hours_on(studio, day, calendar)
        for slot in _cut(utc_at(day, time.fromisoformat(begin)), utc_at(day, time.fromisoformat(end)), length)
    ]


def _cut(start: datetime, end: datetime, length: timedelta) -> Iterator[Slot]:
    while length and start + length <= end:
        yield Slot(start, start + length)
        start += length


def horizon(now: datetime, limits: BookingLimits) -> list[date]:
    """Return the local days on which booking is open: today and `horizon_days` after it."""
    today = local(now).date()
    return [today + timedelta(days=n) for n in range(limits.horizon_days + 1)]


def earliest(now: datetime, limits: BookingLimits, seat: Seat) -> datetime:
    """Return the earliest start that may be taken: a mediator needs no notice, everybody else does."""
    return now if seat is Seat.MEDIATOR else now + timedelta(minutes=limits.notice_minutes)


def change_until(starts_at: datetime, limits: BookingLimits) -> datetime:
    """Return the last moment at which the author may move or cancel."""
    return starts_at - timedelta(minutes=limits.change_minutes)


def objection(
    verb: Verb, seat: Seat, booking: Booking, *, moves: int, now: datetime, limits: BookingLimits
) -> Refusal | None:
    """Return why somebody in this seat may not do this now, or None. `moves` counts the author's own so far.

    A mediator may move a booking at any time, also after it was missed: the limits bind the author only.
    """
    if seat not in _SEATS[verb]:
        return NotAllowed()
    if not booking.holds:
        return BookingOver()
    if seat is Seat.AUTHOR:
        return _author_objection(verb, booking, moves, now, limits)
    if verb is not Verb.MOVE and booking.starts_at <= now:
        return BookingOver()
    if verb is Verb.ACCEPT and booking.state is State.ACCEPTED:
        return AlreadyAccepted()
    return None


def _author_objection(verb: Verb, booking: Booking, moves: int, now: datetime, limits: BookingLimits) -> Refusal | None:
    if booking.starts_at <= now:
        return BookingOver()
    if now > change_until(booking.starts_at, limits):
        return TooLate(before=duration(timedelta(minutes=limits.change_minutes)), phone=booking.studio_phone)
    if verb is Verb.MOVE and moves >= limits.moves:
        return TooManyMoves(limit=limits.moves, phone=booking.studio_phone)
    return None


def reminder_levels(starts_at: datetime, now: datetime) -> list[tuple[str, datetime]]:
    """Return the levels to plan for a booking made or moved `now`; those already past are left out.

    The day-before level never falls in the quiet hours (21:00–08:00 local): it goes out at 20:00 before them.
    The two-hour level keeps its time, since a person with an appointment at 9 is up at 7.
    """
    levels = [(DAY, before_quiet(starts_at - _LEAD[DAY])), (HOURS, starts_at - _LEAD[HOURS])]
    return [(level, due) for level, due in levels if due > now]


def before_quiet(moment: datetime) -> datetime:
    """Return the moment itself, or 20:00 local of the evening in which its quiet hours began."""
    if not quiet(moment):
        return moment
    here = local(moment)
    day = here.date() if here.time() > _EVENING else here.date() - timedelta(days=1)
    return utc_at(day, _EVENING)


def still_right(level: str, starts_at: datetime, now: datetime) -> bool:
    """Say whether a reminder, perhaps late after an outage, is still worth telling.

    Not once the hour has come, and not the day-before one when the two-hour one is due as well: one is enough.
    """
    if starts_at <= now:
        return False
    return level == HOURS or now < starts_at - _LEAD[HOURS]


def clean(text: str, limit: int) -> str:
    """Return free text without surrounding space and with numbers of ID, cards and telephones masked.

    Refuses Empty, TooLong.
    """
    text = readable(text)
    if not text:
        raise Empty
    if units(text) > limit:
        raise TooLong(limit=limit)
    return mask(text)
