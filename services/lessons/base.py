"""What all verbs of lessons share: the database, the lessons in force, and the audiences of the county."""

from collections.abc import Sequence

from knowledge import Book, Lesson
from services import clock
from services.accounts import Account, Role
from services.db import Database
from services.errors import NotAllowed
from services.lessons.refusals import UnknownAudience, UnknownLesson


class LessonsBase:
    """Knows which lessons and audiences there are."""

    def __init__(self, database: Database, book: Book, audiences: Sequence[str]) -> None:
        self._database = database
        self._lessons = book.lessons
        self.audiences = tuple(audiences)

    def lesson(self, lesson_id: str) -> Lesson:
        """Return a lesson; raises UnknownLesson, also for one that does not hold yet."""
        found = self._lessons.get(lesson_id)
        if found is None or found.valid_from > clock.local(clock.now()).date():
            raise UnknownLesson
        return found

    def lessons_for(self, audience: str) -> list[Lesson]:
        """Return the lessons of an audience: those of this month first, then those of any month, then the rest."""
        today = clock.local(clock.now()).date()
        fitting = [one for one in self._lessons.values() if audience in one.audiences and one.valid_from <= today]
        return sorted(fitting, key=lambda one: (today.month not in one.months, bool(one.months), one.id))

    def _known(self, audience: str) -> str:
        if audience not in self.audiences:
            raise UnknownAudience(audience=audience)
        return audience


def editing(account: Account) -> Account:
    """Return the account if it edits lessons; raises NotAllowed."""
    if not account.has(Role.EDITOR):
        raise NotAllowed
    return account
