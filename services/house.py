"""Everything the domain offers, built once over one database."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge import Book
from knowledge.county import County, WorkingTime
from knowledge.search import Index
from services.accounts import Accounts
from services.audit import AuditLog
from services.db import Database
from services.faq import Faq
from services.files import Files
from services.lessons import Lessons
from services.mediation import Mediation
from services.notices import Notices
from services.privacy import Eraser, Privacy
from services.requests import Requests
from services.worktime import Shift, WorkCalendar


@dataclass(frozen=True)
class Services:
    """One object per subject; handlers, desk and scheduler all call these."""

    county: County
    calendar: WorkCalendar
    accounts: Accounts
    audit: AuditLog
    faq: Faq
    files: Files
    lessons: Lessons
    mediation: Mediation
    notices: Notices
    privacy: Privacy
    requests: Requests


def build(database: Database, county: County, book: Book, erasers: Sequence[Eraser] = ()) -> Services:
    """Build the services; `erasers` delete what others hold about a person when the person's data is deleted."""
    calendar = work_calendar(county.working_time)
    files = Files(database)
    return Services(
        county=county,
        calendar=calendar,
        accounts=Accounts(database),
        audit=AuditLog(database),
        faq=Faq(database, book, Index(tuple(book.entries.values()))),
        files=files,
        lessons=Lessons(database, book, county.audiences),
        mediation=Mediation(database, county, calendar),
        notices=Notices(database),
        privacy=Privacy(database, county, erasers),
        requests=Requests(database, county, calendar, files),
    )


def work_calendar(hours: WorkingTime) -> WorkCalendar:
    """Return the calendar by which the county counts working time."""
    return WorkCalendar(
        shifts=tuple(Shift(*span) for span in hours.shifts),
        closed=hours.closed,
        special={day: tuple(Shift(*span) for span in spans) for day, spans in hours.special.items()},
        known_years=hours.known_years,
    )
