"""The ledger as an editor reads it: what became of every copy, and how the quizzes were answered."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services import audit
from services.accounts import Account
from services.accounts.tables import IdentityRow
from services.errors import NotFound
from services.lessons.base import LessonsBase, editing
from services.lessons.tables import DeliveryRow, PushRow, QuizAnswerRow
from services.lessons.values import Copy, Excluded, Push, PushState, QuestionResult, Recipient
from services.notices import NoticeAttemptRow, NoticeRow

_VISITORS = {"web": "网页访客", "telegram": "Telegram 用户", "terminal": "终端访客", "wechat": "微信用户"}


class Ledger(LessonsBase):
    """What an editor looks up; everybody else gets NotAllowed."""

    async def pushes(self, account: Account, limit: int = 100) -> list[Push]:
        """Return the pushes, the latest due first, with what became of their copies. Raises NotAllowed."""
        editing(account)
        query = select(PushRow).order_by(PushRow.due_at.desc(), PushRow.id.desc()).limit(limit)
        async with self._database.reading() as db:
            return await self._views(db, list(await db.scalars(query)))

    async def _views(self, db: AsyncSession, rows: Sequence[PushRow]) -> list[Push]:
        copies = (
            select(DeliveryRow.push_id, _copy().label("copy"))
            .outerjoin(NoticeRow, NoticeRow.id == DeliveryRow.notice_id)
            .where(DeliveryRow.push_id.in_([row.id for row in rows]))
            .subquery()
        )
        grouped = select(copies.c.push_id, copies.c.copy, func.count()).group_by(copies.c.push_id, copies.c.copy)
        counts: dict[int, dict[Copy, int]] = {}
        for push_id, copy, number in await db.execute(grouped):
            counts.setdefault(push_id, {})[Copy(copy)] = number
        return [
            Push(
                id=row.id,
                lesson=row.lesson,
                title=self._lessons[row.lesson].title if row.lesson in self._lessons else row.lesson,
                audience=row.audience,
                due_at=row.due_at,
                state=PushState(row.state),
                author_id=row.author_id,
                counts=counts.get(row.id, {}),
            )
            for row in rows
        ]

    async def recipients(self, account: Account, push_id: int, *, after: int = 0, limit: int = 200) -> list[Recipient]:
        """Return the copies of a push, masked, a page after a recipient's id. Raises NotAllowed, NotFound.

        Belonging to an audience can be sensitive (PIPL 28), so looking is written in the audit log.
        """
        editing(account)
        query = (
            select(DeliveryRow, _copy(), func.coalesce(NoticeRow.sent_at, DeliveryRow.at))
            .outerjoin(NoticeRow, NoticeRow.id == DeliveryRow.notice_id)
            .where(DeliveryRow.push_id == push_id, DeliveryRow.id > after)
            .order_by(DeliveryRow.id)
            .limit(limit)
        )
        async with self._database.transaction() as db:
            if await db.get(PushRow, push_id) is None:
                raise NotFound
            audit.note(db, account.id, "read recipients", f"push:{push_id}")
            rows = (await db.execute(query)).all()
            names = await _labels(db, [row.account_id for row, _, _ in rows])
        return [
            Recipient(
                id=row.id,
                label=names.get(row.account_id, "已注销"),
                state=Copy(copy),
                reason=Excluded(row.excluded) if row.excluded else None,
                at=at,
            )
            for row, copy, at in rows
        ]

    async def results(self, account: Account, lesson_id: str) -> list[QuestionResult]:
        """Return how a lesson's quiz was answered by everybody together, never by whom.

        Raises NotAllowed, UnknownLesson.
        """
        editing(account)
        quiz = self.lesson(lesson_id).questions
        query = (
            select(QuizAnswerRow.question, QuizAnswerRow.choice, func.count())
            .where(QuizAnswerRow.lesson == lesson_id)
            .group_by(QuizAnswerRow.question, QuizAnswerRow.choice)
        )
        counts: Counter[tuple[int, int]] = Counter()
        async with self._database.reading() as db:
            for question, choice, number in await db.execute(query):
                counts[question, choice] = number
        results = []
        for number, asked in enumerate(quiz, 1):
            choices = tuple(counts[number, option] for option in range(1, len(asked.options) + 1))
            results.append(QuestionResult(asked.ask, sum(choices), choices[asked.answer - 1], choices))
        return results


def _copy() -> ColumnElement[str]:
    """What became of a copy, from its notice. A call whose end nobody knows stays unknown until it is repeated."""
    unknown = select(NoticeAttemptRow.id).where(
        NoticeAttemptRow.notice_id == NoticeRow.id, NoticeAttemptRow.outcome == "unknown"
    )
    dropped = and_(NoticeRow.state == "cancelled", NoticeRow.error.is_not(None))
    return case(
        (DeliveryRow.excluded.is_not(None), literal(Copy.EXCLUDED.value)),
        (NoticeRow.state == "sent", Copy.SENT.value),
        (NoticeRow.state == "failed", Copy.FAILED.value),
        (NoticeRow.state == "blocked", Copy.BLOCKED.value),
        (dropped, Copy.UNSUBSCRIBED.value),
        (NoticeRow.state == "cancelled", Copy.CANCELLED.value),
        (unknown.exists(), Copy.UNKNOWN.value),
        else_=Copy.WAITING.value,
    )


async def _labels(db: AsyncSession, accounts: Sequence[int]) -> dict[int, str]:
    """Name accounts by the channel they used last and the end of their id there: 网页访客 …1234."""
    rows = await db.scalars(
        select(IdentityRow).where(IdentityRow.account_id.in_(accounts)).order_by(IdentityRow.seen_at)
    )
    return {row.account_id: f"{_VISITORS.get(row.channel, row.channel)} …{row.external_id[-4:]}" for row in rows}
