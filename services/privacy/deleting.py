"""Deleting one person's data step by step, inside one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, delete, inspect, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services import clock, notices, reminders
from services.accounts import Role, staff_with
from services.accounts.tables import AccountRow, ConsentRow, DeskSessionRow, IdentityRow, LinkRow
from services.db import Base
from services.faq.tables import FeedbackRow, QuestionRow
from services.files import FileRow
from services.lessons.tables import QuizAnswerRow, ReadingRow, SubscriptionRow
from services.mediation import views as mediation
from services.mediation.tables import BookingEventRow, BookingRow
from services.notices import NoticeRow
from services.requests import rules as requests
from services.requests.rules import OPEN
from services.requests.tables import AttachmentRow, EnterpriseRow, RequestEventRow, RequestRow
from services.worktime import after_quiet


def nobodys(table: type[Base]) -> ColumnElement[str]:
    """Return a key that says nothing: the one of the update it came from names the visitor, who may come again."""
    return literal("deleted:").concat(cast(inspect(table).primary_key[0], String))


UNKNOWN_PERSON: dict[str, Any] = {"phone": None, "phone_index": None}
"""What every table that has a telephone forgets."""


async def end_requests(db: AsyncSession, account_id: int, moment: datetime) -> None:
    """Withdraw what is open and tell who was handling it; forget facts, names, telephones and files of all."""
    rows = list(await db.scalars(select(RequestRow).where(RequestRow.author_id == account_id).with_for_update()))
    for row in rows:
        if row.state in OPEN:
            row.state, row.closed_at, row.waiting_since = requests.State.WITHDRAWN, moment, None
            verb = requests.Verb.WITHDRAW
            db.add(RequestEventRow(request_id=row.id, at=moment, actor_id=account_id, verb=verb, details={}))
            await _silence(db, ("request", row.id))
            if row.officer_id is not None:
                _tell(db, row.officer_id, "request_withdrawn", ("request", row.id), row.number)
    ids = [row.id for row in rows]
    await db.flush()
    attached = list(await db.scalars(select(AttachmentRow.file_id).where(AttachmentRow.request_id.in_(ids))))
    await db.execute(delete(AttachmentRow).where(AttachmentRow.request_id.in_(ids)))
    await db.execute(delete(FileRow).where(FileRow.id.in_(attached) | (FileRow.account_id == account_id)))
    await db.execute(update(RequestEventRow).where(RequestEventRow.request_id.in_(ids)).values(note=None, key=None))
    await db.execute(
        update(RequestRow)
        .where(RequestRow.id.in_(ids), RequestRow.deleted_at.is_(None))
        .values(facts=None, contact=None, deleted_at=moment, key=nobodys(RequestRow), **UNKNOWN_PERSON)
    )
    await db.execute(
        update(EnterpriseRow)
        .where(EnterpriseRow.account_id == account_id, EnterpriseRow.deleted_at.is_(None))
        .values(contact=None, deleted_at=moment, key=nobodys(EnterpriseRow), **UNKNOWN_PERSON)
    )


async def end_bookings(db: AsyncSession, account_id: int, moment: datetime) -> None:
    """Cancel what is still to come, which frees its slot, and tell its mediators; forget all facts and telephones."""
    rows = list(await db.scalars(select(BookingRow).where(BookingRow.author_id == account_id).with_for_update()))
    for row in rows:
        if row.holds and row.starts_at > moment:
            row.holds, row.state = False, mediation.State.CANCELLED
            verb = mediation.Verb.CANCEL
            db.add(BookingEventRow(booking_id=row.id, at=moment, actor_id=account_id, verb=verb))
            await _silence(db, ("booking", row.id))
            for mediator in await staff_with(db, Role.MEDIATOR, studio=row.studio):
                _tell(db, mediator, "booking_cancelled", ("booking", row.id), row.number)
    ids = [row.id for row in rows]
    await db.flush()
    await db.execute(update(BookingEventRow).where(BookingEventRow.booking_id.in_(ids)).values(note=None, key=None))
    await db.execute(
        update(BookingRow)
        .where(BookingRow.id.in_(ids), BookingRow.deleted_at.is_(None))
        .values(facts=None, deleted_at=moment, key=nobodys(BookingRow), **UNKNOWN_PERSON)
    )


async def forget_person(db: AsyncSession, account: AccountRow, moment: datetime) -> None:
    """Delete or unlink everything else: who the account is, what it read and wanted, what waits to be told to it."""
    for table in (SubscriptionRow, ReadingRow, QuizAnswerRow, FeedbackRow, ConsentRow, QuestionRow):
        await db.execute(delete(table).where(table.account_id == account.id))
    for credential in (IdentityRow, LinkRow, DeskSessionRow):
        await db.execute(delete(credential).where(credential.account_id == account.id))
    await db.execute(
        update(NoticeRow)
        .where(NoticeRow.account_id == account.id, NoticeRow.state == "waiting")
        .values(state="cancelled", error="the person deleted their data")
    )
    about = or_(
        NoticeRow.account_id == account.id,
        *(
            and_(NoticeRow.subject == subject, NoticeRow.subject_id.in_(select(table.id).where(owner == account.id)))
            for subject, table, owner in (
                ("request", RequestRow, RequestRow.author_id),
                ("booking", BookingRow, BookingRow.author_id),
                ("enterprise", EnterpriseRow, EnterpriseRow.account_id),
            )
        ),
    )
    await db.execute(update(NoticeRow).where(about).values(key=nobodys(NoticeRow)))
    account.name, account.deleted_at = None, moment


async def homes(db: AsyncSession, account_id: int) -> Sequence[tuple[str, str]]:
    """Return (channel, external id) of every place where the account talks."""
    found = await db.execute(
        select(IdentityRow.channel, IdentityRow.external_id).where(IdentityRow.account_id == account_id)
    )
    return [(row.channel, row.external_id) for row in found]


async def _silence(db: AsyncSession, subject: tuple[str, int]) -> None:
    await reminders.cancel(db, subject)
    await notices.withdraw(db, subject)


def _tell(db: AsyncSession, account_id: int, kind: str, subject: tuple[str, int], number: str) -> None:
    key, due_at = f"deleted:{subject[1]}", after_quiet(clock.now())
    notices.tell(db, account_id, kind, subject=subject, key=key, due_at=due_at, data={"number": number})
