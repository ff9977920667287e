"""Mediation: studios, their free hours, and bookings that two people cannot hold at once."""

from services.mediation.answers import Answers
from services.mediation.bookings import Bookings
from services.mediation.reading import Reading
from services.mediation.refusals import (
    AlreadyAccepted,
    BookingOver,
    KindNotTaken,
    NotForMediation,
    OwnOverlap,
    SameSlot,
    SlotNotOffered,
    SlotTaken,
    TooLate,
    TooManyBookings,
    TooManyMoves,
)
from services.mediation.reminding import Reminding
from services.mediation.views import (
    Booking,
    BookingLine,
    BookingStep,
    BookingView,
    OpenDay,
    Seat,
    Slot,
    State,
    Verb,
)


class Mediation(Bookings, Answers, Reading, Reminding):
    """Everything people do with mediation studios; each method is one use case and one transaction."""


__all__ = [
    "AlreadyAccepted",
    "Booking",
    "BookingLine",
    "BookingOver",
    "BookingStep",
    "BookingView",
    "KindNotTaken",
    "Mediation",
    "NotForMediation",
    "OpenDay",
    "OwnOverlap",
    "SameSlot",
    "Seat",
    "Slot",
    "SlotNotOffered",
    "SlotTaken",
    "State",
    "TooLate",
    "TooManyBookings",
    "TooManyMoves",
    "Verb",
]
