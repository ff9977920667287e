"""A small county for the tests of mediation: two residents, two mediators, an overseer, and a clock on a Monday."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import TypeVar

from sqlalchemy import select, text, update

from knowledge.county import County, load
from services import clock
from services.accounts import Account, Accounts, Grant, Role
from services.accounts.tables import AccountRow, ConsentRow
from services.db import Base, Database
from services.mediation import Booking, Mediation
from services.mediation.tables import StudioRow
from services.notices import NoticeRow
from services.worktime import WorkCalendar

COUNTY = load()
MONDAY = "2026-11-23 08:00"

Row = TypeVar("Row", bound=Base)


def at(moment: str) -> datetime:
    """Read “2026-11-25 09:00” as the county's wall clock."""
    return datetime.fromisoformat(moment).replace(tzinfo=clock.ZONE)


@dataclass
class Village:
    """Everybody, and short ways to act."""

    database: Database
    mediation: Mediation
    accounts: Accounts
    anna: Account
    bob: Account
    jiang: Account
    zhao: Account
    overseer: Account
    keys: "count[int]"

    def key(self) -> str:
        """A key that nobody has used."""
        return f"web:{next(self.keys)}"

    async def book(
        self, who: Account, when: str = "2026-11-25 09:00", studio: str = "xiaojiang", kind: str = "邻里相邻",
        *, key: str | None = None, facts: str = "楼上漏水，天花板坏了", phone: str = "13812345678",
    ) -> Booking:  # fmt: skip
        """Book as a resident does."""
        return await self.mediation.book(
            who, key=key or self.key(), channel="web", studio=studio, starts_at=at(when), kind=kind, facts=facts,
            phone=phone,
        )  # fmt: skip

    async def told(self, who: Account, state: str = "waiting") -> list[str]:
        """The kinds of notice that wait for somebody, oldest first."""
        return [row.kind for row in await self.notices(who, state)]

    async def notices(self, who: Account, state: str = "waiting") -> Sequence[NoticeRow]:
        """The notices themselves."""
        async with self.database.reading() as db:
            found = select(NoticeRow).where(NoticeRow.account_id == who.id, NoticeRow.state == state)
            return list(await db.scalars(found.order_by(NoticeRow.id)))

    async def rows(self, table: type[Row]) -> list[Row]:
        """Every row of a table."""
        async with self.database.reading() as db:
            return list(await db.scalars(select(table)))

    async def slot_minutes(self, studio: str, minutes: int) -> None:
        """Let a studio change the length of its slots, as the desk can."""
        async with self.database.transaction() as db:
            await db.execute(update(StudioRow).where(StudioRow.slug == studio).values(slot_minutes=minutes))

    async def drop_index(self) -> None:
        """Take the net away that hangs below the guard."""
        async with self.database.transaction() as db:
            await db.execute(text("DROP INDEX uq_bookings_slot"))

    async def crowd(self, size: int) -> list[Account]:
        """Residents who have consented."""
        async with self.database.transaction() as db:
            rows = [AccountRow(created_at=clock.now()) for _ in range(size)]
            db.add_all(rows)
            await db.flush()
            version = COUNTY.notice_version
            db.add_all(ConsentRow(account_id=r.id, version=version, channel="web", at=clock.now()) for r in rows)
        return [Account(row.id) for row in rows]


@asynccontextmanager
async def village(
    database: Database,
    now: str = MONDAY,
    *,
    kind: type[Mediation] = Mediation,
    county: County = COUNTY,
    calendar: WorkCalendar | None = None,
) -> AsyncIterator[Village]:
    """Move the clock, seed the studios, let everybody in."""
    with clock.moved_to(at(now)):
        mediation, accounts = kind(database, county, calendar or WorkCalendar()), Accounts(database)
        await mediation.seed()
        made = Village(
            database, mediation, accounts,
            await accounts.meet("web", "anna"),
            await accounts.meet("web", "bob"),
            await accounts.hire("小蒋", Grant(Role.MEDIATOR, studio="xiaojiang")),
            await accounts.hire("赵姐", Grant(Role.MEDIATOR, studio="zhaojie")),
            await accounts.hire("钱某", Grant(Role.SUPERVISOR)),
            count(1),
        )  # fmt: skip
        for resident in (made.anna, made.bob):
            await accounts.consent(resident.id, county.notice_version, "web")
        yield made
