"""The room all verbs of requests work in: load with the right to it, judge, take the step once."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.county import County
from services import clock
from services.accounts import Account
from services.accounts.tables import AccountRow
from services.db import Database
from services.errors import NotFound
from services.files import Files
from services.requests import rules
from services.requests.presenting import request_of
from services.requests.rules import Standing, Verb
from services.requests.steps import Step, event_key
from services.requests.tables import RequestEventRow, RequestRow
from services.requests.views import Request
from services.worktime import WorkCalendar

T = TypeVar("T")


class Office:
    """What every group of verbs needs."""

    def __init__(self, database: Database, county: County, calendar: WorkCalendar, files: Files) -> None:
        self._database = database
        self._county = county
        self._calendar = calendar
        self._files = files

    async def _access(self, db: AsyncSession, account: Account, request_id: int, *, lock: bool = False) -> Standing:
        """Fetch a request with the right to see it; raises NotFound for “no such” and “not yours” alike."""
        query = select(RequestRow).where(RequestRow.id == request_id, RequestRow.deleted_at.is_(None))
        row = await db.scalar(query.with_for_update() if lock else query)
        if row is None or not rules.sees(account, row):
            raise NotFound
        officer = await db.get(AccountRow, row.officer_id) if row.officer_id else None
        history = await self._history(db, row.id)
        return Standing(account, row, history, officer.name if officer else None, self._calendar, clock.now())

    async def _history(self, db: AsyncSession, request_id: int) -> list[RequestEventRow]:
        query = select(RequestEventRow).where(RequestEventRow.request_id == request_id).order_by(RequestEventRow.id)
        return list(await db.scalars(query))

    async def _perform(
        self, verb: Verb, account: Account, request_id: int, key: str, work: Callable[[Step], Awaitable[None]]
    ) -> Request:
        """Take a step once: the row's lock makes the same key wait, and then find the event of the first."""
        async with self._database.transaction() as db:
            standing = await self._access(db, account, request_id, lock=True)
            if all(event.key != event_key(key, verb) for event in standing.history):
                refusal = standing.refusal(verb)
                if refusal:
                    raise refusal
                await work(Step(db, key, verb, standing))
                await db.flush()
            officer = await db.get(AccountRow, standing.row.officer_id) if standing.row.officer_id else None
            return request_of(standing.row, self._county, officer.name if officer else None)

    async def _once(
        self,
        account: Account,
        first: Callable[[AsyncSession], Awaitable[T | None]],
        make: Callable[[AsyncSession], Awaitable[T]],
    ) -> T:
        """Create something under a unique key, or return what was created under it, also when two run at once.

        The lock on the account makes the second wait until it can see the first; it lets rows that only refer to
        the account be written meanwhile.
        """
        async with self._database.transaction() as db:
            await db.execute(select(AccountRow.id).where(AccountRow.id == account.id).with_for_update(key_share=True))
            return await first(db) or await make(db)
