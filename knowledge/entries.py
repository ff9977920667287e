"""A knowledge entry: one question residents ask, its reviewed answer, and the articles that it rests on."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from knowledge import frontmatter, laws

Risk = Literal["A", "B", "C"]  # A plain · B depends on facts · C hand over to a person
WayOn = Literal["mediation", "legal_aid", "person"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Articles of one edition of one law, and what they say in our own words."""

    law: str
    articles: tuple[str, ...]  # "82", or "133-1" for 第一百三十三条之一
    edition: date  # the day the edition was adopted
    effective: date | None  # the day it came into force, None where that is not known
    says: str

    @property
    def label(self) -> str:
        """《劳动合同法》第三十条、第八十五条."""
        return laws.citation_label(self.law, self.articles)


@dataclass(frozen=True, slots=True)
class Entry:
    """One reviewed answer. Texts are plain Chinese; `detail` is Markdown paragraphs; dates are days in the county."""

    id: str
    domain: str
    topic: str
    title: str
    questions: tuple[str, ...]
    audience: tuple[str, ...]
    risk: Risk
    answer: str
    steps: tuple[str, ...]
    papers: tuple[str, ...]
    deadlines: tuple[str, ...]
    where: tuple[str, ...]
    citations: tuple[Citation, ...]
    related: tuple[str, ...]
    ways_on: tuple[WayOn, ...]
    detail: str
    valid_from: date
    valid_to: date | None
    next_review: date
    author: str
    review: str


def citations_of(fields: dict[str, Any]) -> tuple[Citation, ...]:
    """The citations of an entry's or a lesson's front matter."""
    return tuple(
        Citation(
            law=row["law"],
            articles=tuple(str(article) for article in row["articles"]),
            edition=row["edition"],
            effective=row.get("effective"),
            says=row["says"],
        )
        for row in fields["citations"]
    )


def entry_of(fields: dict[str, Any], detail: str) -> Entry:
    """Build an entry of fields and body that `knowledge.validate` found sound; others raise what they run into."""
    return Entry(
        id=fields["id"],
        domain=fields["domain"],
        topic=fields["topic"],
        title=fields["title"],
        questions=tuple(fields["questions"]),
        audience=tuple(fields["audience"]),
        risk=fields["risk"],
        answer=fields["answer"].strip(),
        steps=tuple(fields["steps"]),
        papers=tuple(fields["papers"]),
        deadlines=tuple(fields["deadlines"]),
        where=tuple(fields["where"]),
        citations=citations_of(fields),
        related=tuple(fields["related"]),
        ways_on=tuple(fields["ways_on"]),
        detail=detail,
        valid_from=fields["valid_from"],
        valid_to=fields.get("valid_to"),
        next_review=fields["next_review"],
        author=fields["author"],
        review=str(fields["review"]),
    )


def load_entries(folder: Path) -> tuple[Entry, ...]:
    """All entries of a folder, in the order of their file names. Check the folder first (`knowledge.validate`)."""
    return tuple(entry_of(*frontmatter.read(path)) for path in frontmatter.files(folder))
