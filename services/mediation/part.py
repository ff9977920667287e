"""What every group of verbs is built with."""

from knowledge.county import County
from services.db import Database
from services.worktime import WorkCalendar


class Part:
    """Holds the database, the county's limits and the calendar."""

    def __init__(self, database: Database, county: County, calendar: WorkCalendar) -> None:
        self._database = database
        self._county = county
        self._calendar = calendar
        self._limits = county.booking
