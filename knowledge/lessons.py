"""A lesson (以案释法): a short case, the question in it, what the law says, what to do, and a quiz."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from knowledge import frontmatter
from knowledge.entries import Citation, WayOn, citations_of

SECTIONS = ("案情", "焦点", "说法", "提示")
_BULLET = re.compile(r"^\s*(?:[-*·]|\d+[.、)])\s*")


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """One question with its options; `answer` counts from 1."""

    ask: str
    options: tuple[str, ...]
    answer: int
    explain: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """Two minutes' reading for some audiences; `months` (1–12) are those it fits, none meaning all year."""

    id: str
    title: str
    audiences: tuple[str, ...]
    months: tuple[int, ...]
    source: str
    citations: tuple[Citation, ...]
    questions: tuple[QuizQuestion, ...]
    ways_on: tuple[WayOn, ...]
    case: str
    issue: str
    law: str
    tips: tuple[str, ...]
    valid_from: date
    next_review: date
    author: str
    review: str


def sections(body: str) -> dict[str, str]:
    """Split a body at its `## ` headings: heading -> text. Text before the first heading stands under ""."""
    parts = re.split(r"^##\s+(.+?)\s*$", f"\n{body}", flags=re.MULTILINE)
    found = dict(zip(parts[1::2], map(str.strip, parts[2::2]), strict=True))
    return {"": parts[0].strip()} | found if parts[0].strip() else found


def _quiz(row: dict[str, Any]) -> QuizQuestion:
    return QuizQuestion(
        ask=row["ask"], options=tuple(map(str, row["options"])), answer=row["answer"], explain=row["explain"]
    )


def lesson_of(fields: dict[str, Any], body: str) -> Lesson:
    """Build a lesson of fields and body that `knowledge.validate` found sound; others raise what they run into."""
    texts = sections(body)
    return Lesson(
        id=fields["id"],
        title=fields["title"],
        audiences=tuple(fields["audiences"]),
        months=tuple(fields["months"]),
        source=fields["source"],
        citations=citations_of(fields),
        questions=tuple(map(_quiz, fields["questions"])),
        ways_on=tuple(fields["ways_on"]),
        case=texts["案情"],
        issue=texts["焦点"],
        law=texts["说法"],
        tips=tuple(_BULLET.sub("", line) for line in texts["提示"].splitlines() if line.strip()),
        valid_from=fields["valid_from"],
        next_review=fields["next_review"],
        author=fields["author"],
        review=str(fields["review"]),
    )


def load_lessons(folder: Path) -> tuple[Lesson, ...]:
    """All lessons of a folder, in the order of their file names. Check the folder first (`knowledge.validate`)."""
    return tuple(lesson_of(*frontmatter.read(path)) for path in frontmatter.files(folder))
