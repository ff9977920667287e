"""What a reader does: subscribe, ask for a lesson now, answer its quiz, stop."""

from sqlalchemy import case, select, union, update

from knowledge import Lesson
from services import clock
from services.accounts.tables import AccountRow
from services.db import insert
from services.lessons.base import LessonsBase
from services.lessons.refusals import NoSuchChoice
from services.lessons.tables import DeliveryRow, PushRow, QuizAnswerRow, ReadingRow, SubscriptionRow
from services.lessons.values import Judged, PushState


class Readers(LessonsBase):
    """The verbs of residents. Being subscribed is the only thing kept about taste; nobody is profiled (PIPL 24)."""

    async def subscribe(self, account_id: int, audience: str) -> None:
        """Let an account get the lessons of an audience from now on; again changes nothing. Raises UnknownAudience."""
        moment = clock.now()
        async with self._database.transaction() as db:
            await db.execute(
                insert(db, SubscriptionRow)
                .values(account_id=account_id, audience=self._known(audience), since=moment)
                .on_conflict_do_update(
                    index_elements=["account_id", "audience"],
                    set_={
                        "since": case((SubscriptionRow.ended_at.is_(None), SubscriptionRow.since), else_=moment),
                        "ended_at": None,
                    },
                )
            )

    async def unsubscribe(self, account_id: int, audience: str | None = None) -> list[str]:
        """End one subscription, or all of them; return the audiences that ended. What waits is not sent any more."""
        active = [SubscriptionRow.account_id == account_id, SubscriptionRow.ended_at.is_(None)]
        if audience is not None:
            active.append(SubscriptionRow.audience == audience)
        async with self._database.transaction() as db:
            ended = list(await db.scalars(select(SubscriptionRow.audience).where(*active)))
            await db.execute(update(SubscriptionRow).where(*active).values(ended_at=clock.now()))
        return sorted(ended)

    async def subscriptions(self, account_id: int) -> list[str]:
        """Return the audiences an account is subscribed to, in the county's order."""
        async with self._database.reading() as db:
            wanted = set(
                await db.scalars(
                    select(SubscriptionRow.audience).where(
                        SubscriptionRow.account_id == account_id, SubscriptionRow.ended_at.is_(None)
                    )
                )
            )
        return [audience for audience in self.audiences if audience in wanted]

    async def still_wanted(self, account_id: int, push_id: int) -> bool:
        """Say whether a copy that waits should still go out: subscribed, and the push not cancelled."""
        query = (
            select(SubscriptionRow.id)
            .join(PushRow, PushRow.audience == SubscriptionRow.audience)
            .where(
                PushRow.id == push_id,
                PushRow.state.in_((PushState.SENDING, PushState.SENT)),
                SubscriptionRow.account_id == account_id,
                SubscriptionRow.ended_at.is_(None),
            )
        )
        async with self._database.reading() as db:
            return await db.scalar(query) is not None

    async def next_for(self, account_id: int, audience: str, *, key: str) -> Lesson | None:
        """Hand out a lesson of an audience that the account has not had, and remember it; None when there is none.

        Had is what was pushed to it, what it asked for before, and what it answered questions about. The same key
        again returns the same lesson. Raises UnknownAudience.
        """
        fitting = self.lessons_for(self._known(audience))
        async with self._database.transaction() as db:
            # one at a time for each account: else the same key twice at once could be given two lessons
            await db.execute(select(AccountRow.id).where(AccountRow.id == account_id).with_for_update(key_share=True))
            again = await db.scalar(select(ReadingRow.lesson).where(ReadingRow.key == key))
            if again is not None:
                return self._lessons.get(again)
            pushed = select(PushRow.lesson).join(DeliveryRow, DeliveryRow.push_id == PushRow.id)
            pushed = pushed.where(DeliveryRow.account_id == account_id, DeliveryRow.excluded.is_(None))
            read = select(ReadingRow.lesson).where(ReadingRow.account_id == account_id)
            answered = select(QuizAnswerRow.lesson).where(QuizAnswerRow.account_id == account_id)
            had = set(await db.scalars(union(pushed, read, answered)))
            chosen = next((lesson for lesson in fitting if lesson.id not in had), None)
            if chosen is not None:
                row = {"key": key, "account_id": account_id, "lesson": chosen.id, "at": clock.now()}
                await db.execute(insert(db, ReadingRow).values(**row).on_conflict_do_nothing())
            return chosen

    async def answer(self, account_id: int, lesson_id: str, question: int, choice: int) -> Judged:
        """Judge the choice made in a lesson's quiz; question and choice count from 1, and the latest choice counts.

        Raises UnknownLesson, NoSuchChoice.
        """
        quiz = self.lesson(lesson_id).questions
        if not 1 <= question <= len(quiz) or not 1 <= choice <= len(quiz[question - 1].options):
            raise NoSuchChoice
        asked = quiz[question - 1]
        correct = choice == asked.answer
        said = {"choice": choice, "correct": correct, "at": clock.now()}
        async with self._database.transaction() as db:
            await db.execute(
                insert(db, QuizAnswerRow)
                .values(account_id=account_id, lesson=lesson_id, question=question, **said)
                .on_conflict_do_update(index_elements=["account_id", "lesson", "question"], set_=said)
            )
        return Judged(correct, asked.explain, asked.answer)
