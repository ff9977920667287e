"""What must be told later is a row, not a call.

A service adds a notice in the transaction of the fact it tells of. The courier claims due notices, sends them
through the account's channel and records each attempt before it is made: a process that dies during the call
leaves an attempt that nobody knows the end of, which stays written as `unknown` while the notice is tried again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, ScalarSelect, String, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services import clock
from services.accounts.tables import IdentityRow
from services.db import Base, Database, Id, Moment
from services.worktime import quiet

GIVE_UP_AFTER = 12
GIVE_UP_AGE = timedelta(days=1)
"""A notice is given up, loudly, after so many attempts that ended in an error, and not before it is so old: a messenger
may be away for hours (county default)."""


class Lane(IntEnum):
    """What goes first when a channel is narrow. Answers are awaited in the handler and come before all of these."""

    URGENT = 1
    REMINDER = 2
    LESSON = 3


class NoticeRow(Base):
    """Something to tell one account, not before `due_at`."""

    __tablename__ = "notices"
    __table_args__ = (
        Index(
            "ix_notices_waiting",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_notices_subject", "subject", "subject_id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    lane: Mapped[int] = mapped_column()
    subject: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int] = mapped_column(Id)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    due_at: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str | None] = mapped_column(String(200))


class NoticeAttemptRow(Base):
    """One try to send a notice. Written as `unknown` before the call; the call's end overwrites that."""

    __tablename__ = "notice_attempts"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(12), default="unknown")


@dataclass(frozen=True)
class Notice:
    """A claimed notice, with where to send it. `attempt_id` is None when the account has no open channel.

    `attempts` counts the tries, this one included.
    """

    id: int
    account_id: int
    kind: str
    lane: Lane
    subject: str
    subject_id: int
    data: dict[str, Any]
    channel: str
    external_id: str
    attempt_id: int | None
    attempts: int = 1


@dataclass(frozen=True)
class PastNotice:
    """A notice that became due, as its reader looks back on it."""

    kind: str
    subject: str
    subject_id: int
    data: dict[str, Any]
    at: datetime


def tell(
    db: AsyncSession,
    account_id: int,
    kind: str,
    *,
    subject: tuple[str, int],
    key: str,
    lane: Lane = Lane.REMINDER,
    due_at: datetime | None = None,
    data: dict[str, Any] | None = None,
) -> NoticeRow:
    """Add a notice in the caller's transaction. `key` must be unique: telling twice raises IntegrityError.

    `data` holds ids and short facts without personal data; what a person reads is rendered at sending time.
    """
    moment = clock.now()
    row = NoticeRow(
        key=f"{kind}:{key}:{account_id}",
        account_id=account_id,
        kind=kind,
        lane=int(lane),
        subject=subject[0],
        subject_id=subject[1],
        data=data or {},
        due_at=due_at or moment,
        created_at=moment,
    )
    db.add(row)
    return row


async def withdraw(db: AsyncSession, subject: tuple[str, int], kinds: Sequence[str] = ()) -> None:
    """Cancel what has not been sent about a subject, all kinds or the named ones."""
    matching = [NoticeRow.subject == subject[0], NoticeRow.subject_id == subject[1], NoticeRow.state == "waiting"]
    if kinds:
        matching.append(NoticeRow.kind.in_(kinds))
    await db.execute(update(NoticeRow).where(*matching).values(state="cancelled"))


class Notices:
    """The courier's side of the table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(
        self, by: str, channels: Sequence[str], *, limit: int = 20, lease: timedelta = timedelta(minutes=2)
    ) -> list[Notice]:
        """Take due notices for channels this process can reach, urgent ones first, and write their attempts.

        A claim whose lease has run out (its process died) is taken again; its attempt stays `unknown`. The
        channel is the one the account used last. A notice for an account without any open channel becomes
        `blocked`. In quiet hours (21:00–08:00 Asia/Shanghai) lessons wait for the morning.
        """
        moment = clock.now()
        async with self._database.transaction() as db:
            free = (NoticeRow.claimed_until.is_(None)) | (NoticeRow.claimed_until < moment)
            due = (
                select(NoticeRow, IdentityRow)
                .outerjoin(IdentityRow, IdentityRow.id == _home())
                .where(NoticeRow.state == "waiting", NoticeRow.due_at <= moment, free)
                .where(IdentityRow.id.is_(None) | IdentityRow.channel.in_(channels))
                .where(NoticeRow.lane < int(Lane.LESSON) if quiet(moment) else true())
                .order_by(NoticeRow.lane, NoticeRow.due_at, NoticeRow.id)
                .limit(limit)
                .with_for_update(skip_locked=True, of=NoticeRow)
            )
            claimed = []
            for row, found in (await db.execute(due)).all():
                home: IdentityRow | None = found
                if home is None:
                    row.state, row.error = "blocked", "no open channel"
                else:
                    claimed.append(await self._take(db, row, home, by, moment + lease))
            return claimed

    async def _take(self, db: AsyncSession, row: NoticeRow, home: IdentityRow, by: str, until: datetime) -> Notice:
        row.claimed_by, row.claimed_until, row.attempts = by, until, row.attempts + 1
        attempt = NoticeAttemptRow(notice_id=row.id, channel=home.channel, at=clock.now(), outcome="unknown")
        db.add(attempt)
        await db.flush()
        return Notice(
            row.id, row.account_id, row.kind, Lane(row.lane), row.subject, row.subject_id, dict(row.data),
            home.channel, home.external_id, attempt.id, row.attempts,
        )  # fmt: skip

    async def recent(self, account_id: int, limit: int = 10) -> list[PastNotice]:
        """Return what an account was to be told lately, newest first, whether or not a channel took it."""
        query = (
            select(NoticeRow)
            .where(
                NoticeRow.account_id == account_id,
                NoticeRow.due_at <= clock.now(),
                NoticeRow.state != "cancelled",
            )
            .order_by(NoticeRow.due_at.desc(), NoticeRow.id.desc())
            .limit(limit)
        )
        async with self._database.reading() as db:
            rows = await db.scalars(query)
            return [PastNotice(r.kind, r.subject, r.subject_id, dict(r.data), r.due_at) for r in rows]

    async def sent(self, notice: Notice) -> None:
        """Record that the channel took the message."""
        await self._end(notice, "sent", state="sent", sent_at=clock.now(), claimed_until=None)

    async def postponed(self, notice: Notice, until: datetime, why: str) -> None:
        """Record a passing failure: try again at `until`, or give up (GIVE_UP_AFTER, GIVE_UP_AGE)."""
        async with self._database.reading() as db:
            since = await db.scalar(select(NoticeRow.created_at).where(NoticeRow.id == notice.id))
        old = since is not None and clock.now() - since >= GIVE_UP_AGE
        state = "failed" if old and notice.attempts >= GIVE_UP_AFTER else "waiting"
        await self._end(notice, "failed", state=state, due_at=until, claimed_until=None, error=why[:200])

    async def dropped(self, notice: Notice, why: str) -> None:
        """Record that there is nothing to tell any more, for instance because the booking was cancelled."""
        await self._end(notice, "dropped", state="cancelled", claimed_until=None, error=why[:200])

    async def refused(self, notice: Notice, why: str) -> None:
        """Record that the channel will never take this message."""
        await self._end(notice, "failed", state="failed", claimed_until=None, error=why[:200])

    async def blocked(self, notice: Notice) -> None:
        """Record that the person blocked this channel; nothing is pushed there until they write again."""
        await self._end(notice, "blocked", state="blocked", claimed_until=None, error="blocked by the person")
        async with self._database.transaction() as db:
            await db.execute(
                update(IdentityRow)
                .where(IdentityRow.channel == notice.channel, IdentityRow.external_id == notice.external_id)
                .values(blocked_at=clock.now())
            )

    async def claimants(self) -> set[str]:
        """Return the processes that hold claims on notices which are not sent."""
        query = select(NoticeRow.claimed_by).where(NoticeRow.state == "waiting", NoticeRow.claimed_until.is_not(None))
        async with self._database.reading() as db:
            return {name for name in await db.scalars(query.distinct()) if name}

    async def release(self, by: str) -> None:
        """Give up the claims of a process that has ended, so that they are sent without waiting for the lease."""
        async with self._database.transaction() as db:
            await db.execute(
                update(NoticeRow)
                .where(NoticeRow.claimed_by == by, NoticeRow.state == "waiting")
                .values(claimed_until=None)
            )

    async def _end(self, notice: Notice, outcome: str, **values: Any) -> None:
        async with self._database.transaction() as db:
            await db.execute(
                update(NoticeAttemptRow).where(NoticeAttemptRow.id == notice.attempt_id).values(outcome=outcome)
            )
            await db.execute(update(NoticeRow).where(NoticeRow.id == notice.id).values(**values))


def _home() -> ScalarSelect[int]:
    """Return which identity an account used last, of those that are not blocked."""
    return (
        select(IdentityRow.id)
        .where(IdentityRow.account_id == NoticeRow.account_id, IdentityRow.blocked_at.is_(None))
        .order_by(IdentityRow.seen_at.desc(), IdentityRow.id.desc())
        .limit(1)
        .correlate(NoticeRow)
        .scalar_subquery()
    )
