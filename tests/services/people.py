"""The people of a county, for tests of services: who works there, who comes with a matter, and what they were told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from knowledge import county
from services.accounts import Account, Accounts, Grant, Role
from services.clock import ZONE
from services.db import Database
from services.notices import NoticeRow
from services.worktime import Shift, WorkCalendar

COUNTY = county.load()
CALENDAR = WorkCalendar(
    shifts=tuple(Shift(*span) for span in COUNTY.working_time.shifts),
    closed=COUNTY.working_time.closed,
    special={day: tuple(Shift(*span) for span in spans) for day, spans in COUNTY.working_time.special.items()},
    known_years=COUNTY.working_time.known_years,
)


def at(text: str) -> datetime:
    """Return a moment on the county's clock, as in at("2026-09-28 10:00")."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


async def staff(database: Database, role: Role, name: str, department: str | None = None) -> Account:
    """Hire somebody."""
    return await Accounts(database).hire(name, Grant(role, department=department))


async def visitor(database: Database, name: str, *, consents: bool = True) -> Account:
    """Return somebody who writes in the web chat and agreed to the privacy notice, unless told otherwise."""
    accounts = Accounts(database)
    account = await accounts.meet("web", name)
    if consents:
        await accounts.consent(account.id, COUNTY.notice_version, "web")
    return account


@dataclass(frozen=True)
class Told:
    """A notice that stands: who is told what, how urgently, not before when."""

    account: int
    kind: str
    lane: int
    due_at: datetime
    data: dict[str, Any]


async def told(database: Database, kind: str) -> list[Told]:
    """Return the notices of a kind that were not cancelled, oldest first."""
    query = select(NoticeRow).where(NoticeRow.kind == kind, NoticeRow.state != "cancelled").order_by(NoticeRow.id)
    async with database.reading() as db:
        return [Told(row.account_id, row.kind, row.lane, row.due_at, row.data) for row in await db.scalars(query)]
