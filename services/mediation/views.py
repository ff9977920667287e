"""What mediation hands out: plain, frozen data. Moments are UTC; labels and days are Asia/Shanghai."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.clock import local


class State(StrEnum):
    """Where a booking stands. The first two hold their slot."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """Return the state as people read it."""
        return _STATES[self]


class Verb(StrEnum):
    """What is done to a booking; also the name of the event that it leaves."""

    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"
    ACCEPT = "accept"
    DECLINE = "decline"

    @property
    def label(self) -> str:
        """Return the step as people read it."""
        return _VERBS[self]


class Seat(StrEnum):
    """As what an account comes to one booking. Who booked is the author, even if they mediate there."""

    AUTHOR = "author"
    MEDIATOR = "mediator"
    OVERSEER = "overseer"


_STATES = {
    State.REQUESTED: "等待工作室确认",
    State.ACCEPTED: "已确认",
    State.DECLINED: "工作室未能接受",
    State.CANCELLED: "已取消",
}
_VERBS = {
    Verb.BOOK: "提交预约",
    Verb.MOVE: "改期",
    Verb.CANCEL: "取消预约",
    Verb.ACCEPT: "工作室确认",
    Verb.DECLINE: "工作室未能接受",
}


def span_label(starts_at: datetime, ends_at: datetime) -> str:
    """Return “09:00–10:00”, local time."""
    return f"{local(starts_at):%H:%M}–{local(ends_at):%H:%M}"


@dataclass(frozen=True, order=True)
class Slot:
    """A stretch of time at a studio, UTC, end exclusive."""

    starts_at: datetime
    ends_at: datetime

    @property
    def label(self) -> str:
        """Return “09:00–10:00”, local time."""
        return span_label(self.starts_at, self.ends_at)

    def overlaps(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Say whether both share some time; touching is not overlapping."""
        return self.starts_at < ends_at and starts_at < self.ends_at


@dataclass(frozen=True)
class OpenDay:
    """A day with free slots. `certain` is false where that year's holidays are not published yet."""

    day: date
    free: int
    certain: bool = True


@dataclass(frozen=True)
class Booking:
    """A booking without facts and telephone of the person: fit for lists and notices."""

    id: int
    number: str
    studio: str
    studio_name: str
    mediator: str
    address: str
    studio_phone: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    state: State
    holds: bool

    @property
    def label(self) -> str:
        """Return “09:00–10:00”, local time."""
        return span_label(self.starts_at, self.ends_at)


@dataclass(frozen=True)
class BookingStep:
    """One step of a booking, as shown. `own` is true for what the author did."""

    at: datetime
    verb: Verb
    own: bool
    note: str
    old_start: datetime | None
    new_start: datetime | None


@dataclass(frozen=True)
class BookingView:
    """Everything about one booking, for those who may see it.

    `change_until` is the last moment at which the author may move or cancel, `moves_left` how often still.
    `may` holds what the reader may do now.
    """

    booking: Booking
    facts: str
    phone: str
    steps: tuple[BookingStep, ...]
    change_until: datetime
    moves_left: int
    may: frozenset[Verb]


@dataclass(frozen=True)
class BookingLine:
    """A line of a mediator's day. `phone` is masked."""

    id: int
    number: str
    studio: str
    studio_name: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    state: State
    phone: str

    @property
    def label(self) -> str:
        """Return “09:00–10:00”, local time."""
        return span_label(self.starts_at, self.ends_at)
