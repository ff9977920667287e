"""Everything that is kept about one person, read in one consistent view."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.tables import AccountRow, ConsentRow, IdentityRow
from services.db import Base
from services.faq.tables import FeedbackRow, QuestionRow
from services.files import FileRow
from services.lessons.tables import DeliveryRow, PushRow, QuizAnswerRow, ReadingRow, SubscriptionRow
from services.mediation.tables import BookingEventRow, BookingRow, StudioRow
from services.requests.tables import EnterpriseRow, RequestEventRow, RequestRow

_Row = TypeVar("_Row", bound=Base)


@dataclass(frozen=True)
class Held:
    """The rows of one account, oldest first."""

    account: AccountRow
    identities: Sequence[IdentityRow]
    consents: Sequence[ConsentRow]
    enterprises: Sequence[EnterpriseRow]
    requests: Sequence[RequestRow]
    request_events: Sequence[RequestEventRow]
    bookings: Sequence[BookingRow]
    booking_events: Sequence[BookingEventRow]
    studios: dict[str, str]
    files: Sequence[FileRow]
    subscriptions: Sequence[SubscriptionRow]
    pushed: Sequence[str]
    readings: Sequence[ReadingRow]
    quiz: Sequence[QuizAnswerRow]
    votes: Sequence[FeedbackRow]
    questions: Sequence[QuestionRow]


async def load(db: AsyncSession, account_id: int) -> Held:
    """Read all of it. What was deleted before is not held, except as numbers for statistics."""
    requests = await _rows(db, RequestRow, RequestRow.author_id == account_id, RequestRow.deleted_at.is_(None))
    bookings = await _rows(db, BookingRow, BookingRow.author_id == account_id, BookingRow.deleted_at.is_(None))
    mine, booked = [row.id for row in requests], [row.id for row in bookings]
    enterprise = EnterpriseRow.account_id == account_id, EnterpriseRow.deleted_at.is_(None)
    named = (await db.execute(select(StudioRow.slug, StudioRow.name))).all()
    pushed = (
        select(PushRow.lesson)
        .join(DeliveryRow, DeliveryRow.push_id == PushRow.id)
        .where(DeliveryRow.account_id == account_id, DeliveryRow.excluded.is_(None))
        .order_by(DeliveryRow.id)
    )
    return Held(
        account=await db.get_one(AccountRow, account_id),
        identities=await _rows(db, IdentityRow, IdentityRow.account_id == account_id),
        consents=await _rows(db, ConsentRow, ConsentRow.account_id == account_id),
        enterprises=await _rows(db, EnterpriseRow, *enterprise),
        requests=requests,
        request_events=await _rows(db, RequestEventRow, RequestEventRow.request_id.in_(mine)),
        bookings=bookings,
        booking_events=await _rows(db, BookingEventRow, BookingEventRow.booking_id.in_(booked)),
        studios={row.slug: row.name for row in named},
        files=await _rows(db, FileRow, FileRow.account_id == account_id),
        subscriptions=await _rows(db, SubscriptionRow, SubscriptionRow.account_id == account_id),
        pushed=list(await db.scalars(pushed)),
        readings=await _rows(db, ReadingRow, ReadingRow.account_id == account_id),
        quiz=await _rows(db, QuizAnswerRow, QuizAnswerRow.account_id == account_id),
        votes=await _rows(db, FeedbackRow, FeedbackRow.account_id == account_id),
        questions=await _rows(db, QuestionRow, QuestionRow.account_id == account_id),
    )


async def _rows(db: AsyncSession, table: type[_Row], *where: ColumnElement[bool]) -> Sequence[_Row]:
    return list(await db.scalars(select(table).where(*where).order_by(inspect(table).primary_key[0])))
