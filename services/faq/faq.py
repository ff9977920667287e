"""The verbs of the questions: ask, read an entry, say whether it helped, look at what found no answer."""

from sqlalchemy import select

from knowledge import Book, Entry
from knowledge.search import Index
from services import clock
from services.db import Database, insert, insert_once
from services.errors import Empty, NotFound
from services.faq.found import Found, Miss, in_force, verdict
from services.faq.tables import FeedbackRow, QuestionRow
from services.masking import mask

STORED = 500
"""Characters of a question that are kept; more is a case, not a question (county default, PIPL 6)."""
_STREAK_LOOKED_AT = 10


class Faq:
    """Answers from reviewed entries and nothing else."""

    def __init__(self, database: Database, book: Book, index: Index) -> None:
        self._database = database
        self._entries = book.entries
        self._index = index
        self._store = insert_once(database, QuestionRow, "key")

    async def ask(self, account_id: int | None, channel: str, text: str, key: str) -> Found:
        """Find entries for a question as typed, and log it, masked. The same key again logs nothing new.

        Raises Empty. This is the hottest path of the program: one statement, built once, written with the done mark.
        """
        text = text.replace("\0", "")  # PostgreSQL stores none
        if not text.strip():
            raise Empty
        moment = clock.now()
        outcome, entries, score = verdict(self._index.ask(text), self._entries, clock.local(moment).date())
        row = {
            "key": key,
            "account_id": account_id,
            "channel": channel,
            "text": mask(text)[:STORED],  # masked before it is cut: half a telephone number is not recognised
            "outcome": outcome,
            "entry": entries[0].id if entries else None,
            "score": score,
            "at": moment,
        }
        await self._database.write_later(self._store, row)
        return Found(outcome, entries, score)

    def entry(self, entry_id: str) -> Entry:
        """Return an entry that is in force today; raises NotFound."""
        found = self._entries.get(entry_id)
        if found is None or not in_force(found, clock.local(clock.now()).date()):
            raise NotFound
        return found

    def related(self, entry: Entry) -> tuple[Entry, ...]:
        """Return the entries it names as related, those in force today."""
        today = clock.local(clock.now()).date()
        found = (self._entries.get(name) for name in entry.related)
        return tuple(other for other in found if other and in_force(other, today))

    async def vote(self, account_id: int, entry_id: str, helpful: bool) -> None:
        """Record whether an entry helped; the person's latest vote on it counts. Raises NotFound."""
        self.entry(entry_id)
        said = {"helpful": helpful, "at": clock.now()}
        async with self._database.transaction() as db:
            await db.execute(
                insert(db, FeedbackRow)
                .values(account_id=account_id, entry=entry_id, **said)
                .on_conflict_do_update(index_elements=["account_id", "entry"], set_=said)
            )

    async def unhelpful_streak(self, account_id: int) -> int:
        """Return how many of the person's latest votes in a row were "not helpful"; at three a person takes over."""
        query = (
            select(FeedbackRow.helpful)
            .where(FeedbackRow.account_id == account_id)
            .order_by(FeedbackRow.at.desc(), FeedbackRow.id.desc())
            .limit(_STREAK_LOOKED_AT)
        )
        async with self._database.reading() as db:
            votes = list(await db.scalars(query))
        return votes.index(True) if True in votes else len(votes)

    async def unanswered(self, limit: int = 100) -> list[Miss]:
        """Return the questions that found nothing, newest first, for the desk. They are masked and name nobody."""
        query = select(QuestionRow).where(QuestionRow.outcome == "none").order_by(QuestionRow.id.desc()).limit(limit)
        async with self._database.reading() as db:
            return [Miss(row.id, row.text, row.entry, row.score, row.at) for row in await db.scalars(query)]
