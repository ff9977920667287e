"""The books after a siege: what people typed and were told, against what the database holds and what was sent."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from bot.inbox import InboxRow
from services.accounts.tables import IdentityRow
from services.db import Database
from services.mediation.tables import BookingRow
from services.notices import NoticeAttemptRow, NoticeRow
from services.requests.tables import EnterpriseRow, RequestRow
from tests.chaos.people import Typed
from tests.fake_telegram import World

TOLD = {"request": r"已提交：(ZTC-[\d-]+)", "booking": r"预约已提交：(TJ-[\d-]+)", "enterprise": r"已登记：(\S+)"}
CANCELLED = r"已取消 (TJ-[\d-]+)，"
WORDS = {
    "request_new": "(?:新诉求|紧急诉求)\\S* ?{number}",
    "request_taken": "您的诉求 {number} 已由.*签收",
    "booking_new": "新的调解预约 {number}",
    "booking_accepted": "您的调解预约 {number} 已确认",
    "booking_cancelled": "预约 {number} 已由当事人取消",
}
"""How a reader tells each kind of notice."""
DONE = ("sent", "cancelled")
MARGIN = timedelta(hours=1)
"""No siege lasts longer, so what is due within it is due now."""


async def half_done(database: Database) -> bool:
    """Say whether an update is written down and not done, or a notice claimed and not sent."""
    try:
        async with database.reading() as db:
            updates = await db.scalar(select(func.count()).where(InboxRow.done_at.is_(None)))
            notices = await db.scalar(
                select(func.count()).where(NoticeRow.state == "waiting", NoticeRow.claimed_until.is_not(None))
            )
    except DBAPIError:
        return False
    return bool(updates or notices)


async def written(database: Database) -> set[int]:
    """Return the ids of the updates that are written down."""
    async with database.reading() as db:
        return {int(number) for number in await db.scalars(select(InboxRow.external_id))}


async def settled(database: Database, began: datetime) -> bool:
    """Say whether every update is done and every notice that is due has been sent."""
    async with database.reading() as db:
        updates = await db.scalar(select(func.count()).where(InboxRow.done_at.is_(None)))
        due = (NoticeRow.state == "waiting", NoticeRow.due_at < began + MARGIN)
        notices = await db.scalar(select(func.count()).where(*due))
    return not updates and not notices


async def faults(database: Database, typed: Typed, world: World, began: datetime) -> list[str]:
    """Return everything that is wrong, each as a sentence that begins with what kind of wrong it is."""
    found = [f"unconfirmed: update {update['update_id']}" for update in world.updates]
    found += await _updates(database, typed)
    async with database.reading() as db:
        chats = {row.account_id: int(row.external_id) for row in await db.scalars(select(IdentityRow))}
        requests = list(await db.scalars(select(RequestRow)))
        bookings = list(await db.scalars(select(BookingRow)))
        enterprises = list(await db.scalars(select(EnterpriseRow)))
    told = Told(world)
    found += told.against("request", [(row.number, chats[row.author_id]) for row in requests])
    found += told.against("booking", [(row.number, chats[row.author_id]) for row in bookings])
    found += told.against("enterprise", [(row.name, chats[row.account_id]) for row in enterprises])
    found += _twice([str(row.facts) for row in requests] + [str(row.facts) for row in bookings], typed.facts)
    found += _twice((row.name for row in enterprises), typed.names)
    found += _cancelled(bookings, told.found(CANCELLED))
    found += _overlaps(bookings)
    numbers = {("request", row.id): row.number for row in requests} | {
        ("booking", row.id): row.number for row in bookings
    }
    return found + await _notices(database, world, numbers, chats, began)


class Told:
    """What the program has said to everybody, as it was sent: people's buttons change it afterwards."""

    def __init__(self, world: World) -> None:
        self._said: defaultdict[int, list[str]] = defaultdict(list)
        for chat_id, text in sends(world):
            self._said[chat_id].append(text)

    def found(self, pattern: str) -> set[tuple[str, int]]:
        """Return what a pattern finds, with the chat."""
        return {
            (match, chat_id)
            for chat_id, texts in self._said.items()
            for text in texts
            for match in re.findall(pattern, text)
        }

    def against(self, what: str, rows: Iterable[tuple[str, int]]) -> Iterator[str]:
        """Compare what was confirmed with what exists: each exactly once, and for the same person."""
        existing = Counter(rows)
        confirmed = self.found(TOLD[what])
        for name in confirmed:
            if existing[name] != 1:
                yield f"missing: {what} {name} was confirmed and exists {existing[name]} times"
        for name, times in existing.items():
            if name not in confirmed or times != 1:
                yield f"untold: {what} {name} exists {times} times, confirmed: {name in confirmed}"


def sends(world: World) -> Iterator[tuple[int, str]]:
    """Give chat and plain text of every message that the fake Telegram took, whether or not its sender lived on."""
    for call in world.calls:
        if call["method"].lower() == "sendmessage":
            yield int(call["params"]["chat_id"]), re.sub(r"<[^>]+>", "", call["params"]["text"])


async def _updates(database: Database, typed: Typed) -> list[str]:
    async with database.reading() as db:
        rows = {int(row.external_id): row for row in await db.scalars(select(InboxRow))}
    found = []
    for number in typed.updates:
        row = rows.get(number)
        if row is None:
            found.append(f"lost: update {number} was never written down")
        elif row.done_at is None:
            found.append(f"undone: update {number}")
        elif row.error:
            found.append(f"error: update {number} ended in {row.error}")
    return found


def _twice(rows: Iterable[str], typed: dict[str, int]) -> Iterator[str]:
    for text, times in Counter(rows).items():
        if times > 1:
            yield f"twice: “{text}” was typed once and made {times} times"
        if text not in typed:
            yield f"invented: nobody typed “{text}”"


def _cancelled(bookings: list[BookingRow], told: set[tuple[str, int]]) -> Iterator[str]:
    given_back = {number for number, _ in told}
    for row in bookings:
        if (row.number in given_back) == row.holds:
            yield f"cancelled: booking {row.number} told: {row.number in given_back}, holds: {row.holds}"


def _overlaps(bookings: list[BookingRow]) -> Iterator[str]:
    held = sorted((row for row in bookings if row.holds), key=lambda row: (row.studio, row.starts_at))
    for one, other in pairwise(held):
        if one.studio == other.studio and other.starts_at < one.ends_at:
            yield f"overlap: {one.number} and {other.number}"


async def _notices(
    database: Database, world: World, numbers: dict[tuple[str, int], str], chats: dict[int, int], began: datetime
) -> list[str]:
    async with database.reading() as db:
        due = list(await db.scalars(select(NoticeRow).where(NoticeRow.due_at < began + MARGIN)))
        attempts: defaultdict[int, Counter[str]] = defaultdict(Counter)
        for attempt in await db.scalars(select(NoticeAttemptRow)):
            attempts[attempt.notice_id][attempt.outcome] += 1
    said: defaultdict[int, list[str]] = defaultdict(list)
    for chat_id, text in sends(world):
        said[chat_id].append(text)
    found: list[str] = []
    for notice in due:
        pattern = WORDS[notice.kind].format(number=numbers[notice.subject, notice.subject_id])
        real = sum(bool(re.search(pattern, text)) for text in said[chats[notice.account_id]])
        found += _notice(notice, real, attempts[notice.id])
    return found


def _notice(notice: NoticeRow, real: int, recorded: Counter[str]) -> Iterator[str]:
    name = f"{notice.kind} of {notice.subject} {notice.subject_id}"
    if notice.state not in DONE:
        yield f"unsent: {name} is {notice.state}: {notice.error}"
    if notice.state == "sent" and real < 1:
        yield f"unsent: {name} is recorded as sent and never was"
    if real > recorded["sent"] + recorded["unknown"]:
        yield f"unrecorded: {name} was sent {real} times, recorded {dict(recorded)}"


def kinds(found: list[str]) -> set[str]:
    """Return which kinds of wrong there are."""
    return {fault.partition(":")[0] for fault in found}
