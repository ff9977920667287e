"""Handing a request in: what is promised is shown first, and stored with the request."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.county import Category
from services import clock
from services.accounts import Account
from services.errors import NotFound
from services.identifiers import phone as read_phone
from services.numbers import next_number
from services.requests import deadlines
from services.requests.consent import require_consent
from services.requests.deadlines import Promise
from services.requests.office import Office
from services.requests.presenting import request_of
from services.requests.refusals import WrongAudience
from services.requests.rules import State, Verb
from services.requests.steps import attach, event_key, handlers_of, plan, tell
from services.requests.tables import EnterpriseRow, RequestEventRow, RequestRow
from services.requests.views import Request
from services.requests.wording import CONTACT, checked, optional

PREFIX = "ZTC"


class Submitting(Office):
    """The verbs before there is a request, and the one that makes it."""

    def promise(self, category: str, urgent: bool) -> Promise:
        """Return what would be promised now; raises UnknownCategory. Nothing is stored."""
        return deadlines.promised(self._county, self._calendar, category, urgent, clock.now())

    async def submit(
        self,
        account: Account,
        *,
        key: str,
        channel: str,
        category: str,
        urgent: bool,
        facts: str,
        enterprise_id: int | None = None,
        contact: str | None = None,
        phone: str | None = None,
        files: Sequence[str] = (),
    ) -> Request:
        """Hand in a request, for an enterprise or as a resident, and tell the department that must act.

        Contact and phone default to the enterprise's; a resident may stay nameless but leaves a phone. `files` are
        ids of files that the account handed in. Raises ConsentNeeded, Empty, TooLong, BadPhone, UnknownCategory,
        WrongAudience, TooManyFiles, and NotFound for an enterprise or file of somebody else.
        """
        about, _ = deadlines.policy_of(self._county, category, urgent)
        _check_audience(about, enterprise_id)
        facts, contact = checked(facts), optional(contact or "", CONTACT)

        async def first(db: AsyncSession) -> Request | None:
            row = await db.scalar(select(RequestRow).where(RequestRow.key == key, RequestRow.author_id == account.id))
            return request_of(row, self._county, None) if row else None

        async def make(db: AsyncSession) -> Request:
            await require_consent(db, account, self._county)
            enterprise = await _enterprise(db, account, enterprise_id)
            row = self._row(account, key, channel, about, urgent)
            row.facts, row.enterprise_id = facts, enterprise_id
            row.contact = contact or (enterprise.contact if enterprise else None)
            row.phone = read_phone(phone or (enterprise.phone if enterprise else None) or "").digits
            row.phone_index = self._database.keyring.index(row.phone)
            row.number = await next_number(db, PREFIX)
            db.add(row)
            await db.flush()
            await attach(db, account, row.id, files)
            await self._announce(db, row)
            return request_of(row, self._county, None)

        return await self._once(account, first, make)

    def _row(self, account: Account, key: str, channel: str, about: Category, urgent: bool) -> RequestRow:
        now = clock.now()
        promise = deadlines.promised(self._county, self._calendar, about.slug, urgent, now)
        return RequestRow(
            key=key,
            author_id=account.id,
            channel=channel,
            category=about.slug,
            policy=deadlines.policy_of(self._county, about.slug, urgent)[1].slug,
            urgent=urgent,
            department=about.department,
            state=State.SUBMITTED.value,
            round=1,
            submitted_at=now,
            contact_due=promise.contact_due,
            answer_due=promise.answer_due,
            certain=promise.certain,
            sentence=promise.sentence,
        )

    async def _announce(self, db: AsyncSession, row: RequestRow) -> None:
        db.add(
            RequestEventRow(
                key=event_key(row.key, Verb.SUBMIT),
                request_id=row.id,
                at=row.submitted_at,
                actor_id=row.author_id,
                verb=Verb.SUBMIT.value,
                new_due=row.answer_due,
            )
        )
        tell(db, "request_new", row, await handlers_of(db, row), key=row.key, urgent=row.urgent)
        start = row.submitted_at
        await plan(db, row.id, deadlines.levels(self._calendar, row, start, (), start))


def _check_audience(about: Category, enterprise_id: int | None) -> None:
    audience = "resident" if enterprise_id is None else "enterprise"
    if audience not in about.audience:
        raise WrongAudience(category=about.name, who="企业" if enterprise_id is None else "个人")


async def _enterprise(db: AsyncSession, account: Account, enterprise_id: int | None) -> EnterpriseRow | None:
    if enterprise_id is None:
        return None
    row = await db.get(EnterpriseRow, enterprise_id)
    if row is None or row.account_id != account.id or row.deleted_at:
        raise NotFound
    return row
