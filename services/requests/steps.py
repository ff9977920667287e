"""Taking a step on a request: write it down, tell those it concerns, plan and cancel reminders, add files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services import clock, notices, reminders
from services.accounts import Account, Role, staff_with
from services.errors import NotFound
from services.files import FileRow
from services.notices import Lane
from services.reminders import ReminderRow
from services.requests import deadlines
from services.requests.refusals import TooManyFiles
from services.requests.rules import Standing, Verb
from services.requests.tables import AttachmentRow, RequestEventRow, RequestRow
from services.worktime import after_quiet

SUBJECT = "request"
MAX_FILES = 9
"""Files handed in with one step (county default)."""


@dataclass
class Step:
    """A step being taken: the locked request, who takes it, and the transaction it is part of."""

    db: AsyncSession
    key: str
    verb: Verb
    standing: Standing

    @property
    def row(self) -> RequestRow:
        """Return the request."""
        return self.standing.row

    @property
    def now(self) -> datetime:
        """Return the moment of the step."""
        return self.standing.now

    def record(self, note: str = "", *, old_due: datetime | None = None, **details: Any) -> None:
        """Append the event; with `old_due`, also where the answer's due time went. `details`: no personal data."""
        event = RequestEventRow(
            key=event_key(self.key, self.verb),
            request_id=self.row.id,
            at=self.now,
            actor_id=self.standing.account.id,
            verb=self.verb.value,
            note=note or None,
            details=details,
            old_due=old_due,
            new_due=self.row.answer_due if old_due else None,
        )
        self.db.add(event)
        self.standing.history.append(event)

    def resume(self) -> dict[str, Any]:
        """Let a paused clock run again; return what the event must say of it: old due time and the wait's start."""
        row, due = self.row, self.row.answer_due
        if row.waiting_since is None:
            return {}
        waited = {"old_due": due, "waited_from": row.waiting_since.isoformat()}
        deadlines.resume(self.standing.calendar, row, self.now)
        return waited

    def tell(self, kind: str, accounts: Iterable[int | None], **data: Any) -> None:
        """Tell each account once, except who took the step."""
        others = set(accounts) - {None, self.standing.account.id}
        tell(self.db, kind, self.row, others, key=self.key, **data)

    async def attach(self, files: Sequence[str]) -> None:
        """Add files of the account to the request; raises NotFound, TooManyFiles."""
        await attach(self.db, self.standing.account, self.row.id, files)

    async def plan(self) -> None:
        """Plan the reminders of a due time that was set anew, as the next cycle."""
        standing = self.standing
        ahead = deadlines.levels(standing.calendar, self.row, standing.round_start, standing.pauses, self.now)
        await plan(self.db, self.row.id, ahead)

    async def plan_waiting(self) -> None:
        """Plan the reminder that the author keeps silent."""
        await plan(self.db, self.row.id, [deadlines.waiting_level(self.standing.calendar, self.now)])

    async def hush(self) -> None:
        """Cancel reminders and unsent notices that this step makes pointless.

        Reminders first: that waits for a tick that holds them, whose notices are then seen and cancelled too.
        """
        await reminders.cancel(self.db, (SUBJECT, self.row.id))
        await self.unsay("request_new", "request_reminder")

    async def unsay(self, *kinds: str) -> None:
        """Cancel notices of these kinds that have not been sent."""
        await notices.withdraw(self.db, (SUBJECT, self.row.id), kinds)


def event_key(key: str, verb: Verb) -> str:
    """Return the unique key of a step: one update may take several different steps, each once."""
    return f"{key}:{verb.value}"


async def attach(db: AsyncSession, account: Account, request_id: int, files: Sequence[str]) -> None:
    """Add files that the account handed in to a request; raises NotFound for another's file, TooManyFiles."""
    wanted = set(files)
    if len(wanted) > MAX_FILES:
        raise TooManyFiles(limit=MAX_FILES)
    own = await db.scalars(select(FileRow.id).where(FileRow.id.in_(wanted), FileRow.account_id == account.id))
    if set(own) != wanted:
        raise NotFound
    db.add_all(AttachmentRow(request_id=request_id, file_id=file_id) for file_id in dict.fromkeys(files))


def tell(
    db: AsyncSession,
    kind: str,
    row: RequestRow,
    accounts: Iterable[int | None],
    *,
    key: str,
    lane: Lane | None = None,
    **data: Any,
) -> None:
    """Add notices about a request. Urgent ones go at once; others wait for the end of the quiet hours."""
    for account_id in sorted(account for account in set(accounts) if account is not None):
        notices.tell(
            db,
            account_id,
            kind,
            subject=(SUBJECT, row.id),
            key=key,
            lane=lane or (Lane.URGENT if row.urgent else Lane.REMINDER),
            due_at=clock.now() if row.urgent else after_quiet(clock.now()),
            data={"number": row.number, **data},
        )


async def plan(db: AsyncSession, request_id: int, levels: Iterable[tuple[str, datetime]]) -> None:
    """Plan reminders as the request's next cycle."""
    ours = (ReminderRow.subject == SUBJECT, ReminderRow.subject_id == request_id)
    latest = await db.scalar(select(func.max(ReminderRow.cycle)).where(*ours)) or 0
    reminders.plan(db, (SUBJECT, request_id), latest + 1, levels)


async def handlers_of(db: AsyncSession, row: RequestRow) -> list[int]:
    """Return who must act: the officer in charge, else the department's officers, else the dispatchers."""
    if row.officer_id:
        return [row.officer_id]
    return await staff_with(db, Role.OFFICER, department=row.department) or await staff_with(db, Role.DISPATCHER)
