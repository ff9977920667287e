"""Who gets a push, and who of the subscribers does not and why, in one query that preview and sending share.

So the number that an editor was shown is the number sent plus the excluded, each with a reason.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, case, func, select

from services.accounts.tables import IdentityRow
from services.lessons.tables import DeliveryRow, PushRow, SubscriptionRow
from services.lessons.values import Excluded

WEEKLY_CAP = 3
"""Lessons pushed to one person within any seven days (county default)."""
REPEAT_AFTER = timedelta(days=180)
"""The same lesson is not pushed to a person again before that, whatever the audience (county default)."""


def subscribers(audience: str, lesson: str, at: datetime) -> Select[int, str | None]:
    """Return (account id, reason of exclusion or NULL) of who was subscribed at a moment and still is.

    Whoever subscribes later is not in it, so an audience stays what it was while it is written in batches.
    """
    return select(SubscriptionRow.account_id, _reason(lesson, at).label("excluded")).where(
        SubscriptionRow.audience == audience, SubscriptionRow.ended_at.is_(None), SubscriptionRow.since <= at
    )


def _reason(lesson: str, at: datetime) -> ColumnElement[str | None]:
    person = SubscriptionRow.account_id
    reachable = select(IdentityRow.id).where(IdentityRow.account_id == person, IdentityRow.blocked_at.is_(None))
    copies = DeliveryRow.account_id == person, DeliveryRow.excluded.is_(None)
    repeated = (
        select(DeliveryRow.id)
        .join(PushRow, PushRow.id == DeliveryRow.push_id)
        .where(*copies, DeliveryRow.at > at - REPEAT_AFTER, PushRow.lesson == lesson)
    )
    this_week = select(func.count()).select_from(DeliveryRow).where(*copies, DeliveryRow.at > at - timedelta(days=7))
    return case(
        (~reachable.exists(), Excluded.BLOCKED.value),
        (repeated.exists(), Excluded.REPEAT.value),
        (this_week.correlate(SubscriptionRow).scalar_subquery() >= WEEKLY_CAP, Excluded.WEEKLY_CAP.value),
        else_=None,
    )
