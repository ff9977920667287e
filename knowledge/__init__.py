"""Reviewed content and how it is read: entries, lessons, their checks, and the search over them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge import validate
from knowledge.entries import Citation, Entry, entry_of
from knowledge.lessons import Lesson, QuizQuestion, lesson_of

__all__ = ["Book", "Citation", "ContentError", "Entry", "Lesson", "QuizQuestion", "load"]


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that was reviewed for publication, by id."""

    entries: Mapping[str, Entry]
    lessons: Mapping[str, Lesson]


class ContentError(Exception):
    """Content is not fit to be shown; `faults` names each file and field, the message lists them all."""

    def __init__(self, faults: list[validate.Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join([f"{len(faults)} faults in the content", *map(str, faults)]))


def load(root: Path | None = None) -> Book:
    """Read `root`/faq and `root`/lessons (default: this package's own). Raises `ContentError` on any fault.

    Content fails here, at start, and not at the first question. A review that is overdue is no reason to stop
    a running service, so only `python -m knowledge check`, which knows the day, reports that.
    """
    examined = validate.examine(root or Path(__file__).parent)
    if examined.faults:
        raise ContentError(examined.faults)
    return Book(
        entries={document.stem: entry_of(document.fields, document.body) for document in examined.entries},
        lessons={document.stem: lesson_of(document.fields, document.body) for document in examined.lessons},
    )
