"""The direct train: an enterprise or a resident hands in a request, staff answer it, and every step is seen."""

from services.requests.answering import Answering
from services.requests.deadlines import Promise
from services.requests.enterprises import Enterprises
from services.requests.handling import Handling
from services.requests.reading import Reading
from services.requests.refusals import (
    AlreadyRated,
    AlreadyRegistered,
    AlreadyTaken,
    BadStars,
    NotYours,
    StillWaiting,
    TakeFirst,
    TooManyFiles,
    UnknownCategory,
    UnknownDepartment,
    UnknownOutcome,
    WrongAudience,
    WrongState,
)
from services.requests.reminding import Reminding
from services.requests.rules import OUTCOMES, State
from services.requests.submitting import Submitting
from services.requests.views import Enterprise, Event, Reply, Request, RequestLine, RequestView


class Requests(Enterprises, Submitting, Handling, Answering, Reading, Reminding):
    """Every verb of the direct train."""


__all__ = [
    "OUTCOMES",
    "AlreadyRated",
    "AlreadyRegistered",
    "AlreadyTaken",
    "BadStars",
    "Enterprise",
    "Event",
    "NotYours",
    "Promise",
    "Reply",
    "Request",
    "RequestLine",
    "RequestView",
    "Requests",
    "State",
    "StillWaiting",
    "TakeFirst",
    "TooManyFiles",
    "UnknownCategory",
    "UnknownDepartment",
    "UnknownOutcome",
    "WrongAudience",
    "WrongState",
]
