"""The verbs a person has over their own data: see it, take it along, have it deleted."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.county import County
from services import audit, clock
from services.accounts.tables import AccountRow, RoleRow
from services.db import Database
from services.errors import NotFound, Refusal
from services.privacy.deleting import end_bookings, end_requests, forget_person, homes
from services.privacy.held import load
from services.privacy.telling import Section, as_json, open_matters, sections

Eraser = Callable[[AsyncSession, Sequence[tuple[str, str]]], Awaitable[None]]
"""Forgets, in the transaction it is given, what is kept under (channel, external id) outside of services."""


class StaffKept(Refusal):
    """工作人员的账号有办理记录，不能自己删除，请联系管理员停用。"""


class Privacy:
    """Everything about one person, in one place (PIPL 44–47)."""

    def __init__(self, database: Database, county: County, erasers: Sequence[Eraser] = ()) -> None:
        self._database = database
        self._categories = {slug: category.name for slug, category in county.categories.items()}
        self._erasers = erasers

    async def show(self, account_id: int) -> list[Section]:
        """Tell the person what is held about them, in plain Chinese (PIPL 45). Raises NotFound."""
        async with self._database.reading() as db:
            await _person(db, account_id)
            return sections(await load(db, account_id), self._categories)

    async def export(self, account_id: int) -> dict[str, Any]:
        """Return all of it as data for a JSON file (PIPL 45). Raises NotFound."""
        async with self._database.reading() as db:
            await _person(db, account_id)
            return as_json(await load(db, account_id))

    async def open_matters(self, account_id: int) -> list[str]:
        """Name, in Chinese, what deleting would withdraw or cancel. Raises NotFound."""
        async with self._database.reading() as db:
            await _person(db, account_id)
            return open_matters(await load(db, account_id), self._categories, clock.now())

    async def delete(self, account_id: int) -> None:
        """Delete a person's data on their wish (PIPL 47); again changes nothing. Raises StaffKept, NotFound.

        Open requests are withdrawn and coming bookings cancelled. Facts, names, telephones, notes and files go, and
        so do subscriptions, votes, quiz answers and consents. Numbers, categories, times and an enterprise's public
        name and code stay for statistics, with nothing that leads to the person, who is a new visitor next time.
        PIPL 47 keeps what other laws order to be kept: a mediation that took place has its archived file with the
        committee (人民调解法 27), which this program neither holds nor deletes.
        """
        moment = clock.now()
        async with self._database.transaction() as db:
            account = await _person(db, account_id, locked=True)
            if account.deleted_at is not None:
                return
            if await db.scalar(select(RoleRow.id).where(RoleRow.account_id == account_id).limit(1)) is not None:
                raise StaffKept
            places = await homes(db, account_id)
            for erase in self._erasers:
                await erase(db, places)
            await end_requests(db, account_id, moment)
            await end_bookings(db, account_id, moment)
            await forget_person(db, account, moment)
            audit.note(db, account_id, "delete own data", f"account:{account_id}")


async def _person(db: AsyncSession, account_id: int, *, locked: bool = False) -> AccountRow:
    # The weak lock (NO KEY UPDATE), and the account before its matters, in the order mediation locks: a notice that
    # somebody writes to this account meanwhile need not wait for us while we wait for its request.
    query = select(AccountRow).where(AccountRow.id == account_id)
    row = await db.scalar(query.with_for_update(key_share=True) if locked else query)
    if row is None:
        raise NotFound
    return row
