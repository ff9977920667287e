"""Enterprises: registered by who acts for them; a doubtful credit code is accepted, and confirmed by staff."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services import audit, clock, notices
from services.accounts import Account, Role, staff_with
from services.errors import NotAllowed, NotFound
from services.identifiers import credit_code
from services.identifiers import phone as read_phone
from services.requests.consent import require_consent
from services.requests.office import Office
from services.requests.presenting import enterprise_of
from services.requests.refusals import AlreadyRegistered
from services.requests.tables import EnterpriseRow
from services.requests.views import Enterprise
from services.requests.wording import CONTACT, NAME, checked
from services.worktime import after_quiet

CODE_STAFF = (Role.DISPATCHER, Role.ADMINISTRATOR)


class Enterprises(Office):
    """The verbs of enterprises."""

    async def register(
        self, account: Account, *, key: str, name: str, code: str, contact: str, phone: str
    ) -> Enterprise:
        """Register an enterprise for who acts for it.

        A credit code with a problem (GB 32100-2015) is accepted with a warning, and dispatchers are asked to confirm
        it. Raises Empty, TooLong, BadPhone, ConsentNeeded, AlreadyRegistered.
        """
        name, contact = checked(name, NAME), checked(contact, CONTACT)
        digits, read = read_phone(phone).digits, credit_code(code)

        async def first(db: AsyncSession) -> Enterprise | None:
            query = select(EnterpriseRow).where(EnterpriseRow.key == key, EnterpriseRow.account_id == account.id)
            row = await db.scalar(query)
            return enterprise_of(row) if row else None

        async def make(db: AsyncSession) -> Enterprise:
            await require_consent(db, account, self._county)
            if any(row.credit_code == read.text[:18] for row in await _own(db, account)):
                raise AlreadyRegistered
            row = EnterpriseRow(
                key=key,
                account_id=account.id,
                name=name,
                credit_code=read.text[:18],
                code_problem=read.problem,
                contact=contact,
                phone=digits,
                phone_index=self._database.keyring.index(digits),
                created_at=clock.now(),
            )
            db.add(row)
            await db.flush()
            if read.problem:
                await _ask_staff(db, row)
            return enterprise_of(row)

        return await self._once(account, first, make)

    async def enterprises_of(self, account: Account) -> list[Enterprise]:
        """Return the enterprises that the account acts for, oldest first."""
        async with self._database.reading() as db:
            return [enterprise_of(row) for row in await _own(db, account)]

    async def enterprise(self, account: Account, enterprise_id: int) -> Enterprise:
        """Return one enterprise to who acts for it, to dispatchers and administrators; raises NotFound."""
        async with self._database.reading() as db:
            row = await db.get(EnterpriseRow, enterprise_id)
            if row is None or row.deleted_at or not (row.account_id == account.id or account.has(*CODE_STAFF)):
                raise NotFound
            return enterprise_of(row)

    async def codes_to_confirm(self, account: Account) -> list[Enterprise]:
        """Return enterprises whose credit code waits for staff, oldest first; raises NotAllowed."""
        if not account.has(*CODE_STAFF):
            raise NotAllowed
        waiting = (
            EnterpriseRow.code_problem.is_not(None),
            EnterpriseRow.code_confirmed_at.is_(None),
            EnterpriseRow.deleted_at.is_(None),
        )
        async with self._database.reading() as db:
            rows = await db.scalars(select(EnterpriseRow).where(*waiting).order_by(EnterpriseRow.id))
            return [enterprise_of(row) for row in rows]

    async def confirm_code(self, account: Account, enterprise_id: int, key: str) -> Enterprise:
        """Confirm a doubtful code against the business licence; again changes nothing. Raises NotAllowed, NotFound.

        `key` is there because every verb has one; confirming is once by nature.
        """
        if not account.has(*CODE_STAFF):
            raise NotAllowed
        async with self._database.transaction() as db:
            found = select(EnterpriseRow).where(EnterpriseRow.id == enterprise_id, EnterpriseRow.deleted_at.is_(None))
            row = await db.scalar(found.with_for_update())
            if row is None:
                raise NotFound
            if row.code_confirmed_at is None:
                row.code_confirmed_at = clock.now()
                audit.note(db, account.id, "confirm code", f"enterprise:{row.id}", key)
            return enterprise_of(row)


async def _own(db: AsyncSession, account: Account) -> list[EnterpriseRow]:
    query = select(EnterpriseRow).where(EnterpriseRow.account_id == account.id, EnterpriseRow.deleted_at.is_(None))
    return list(await db.scalars(query.order_by(EnterpriseRow.id)))


async def _ask_staff(db: AsyncSession, row: EnterpriseRow) -> None:
    staff = await staff_with(db, Role.DISPATCHER) or await staff_with(db, Role.ADMINISTRATOR)
    for account_id in staff:
        notices.tell(
            db,
            account_id,
            "code_to_confirm",
            subject=("enterprise", row.id),
            key=row.key,
            due_at=after_quiet(clock.now()),
        )
