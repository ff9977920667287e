"""What a search hands back, and the misses that the desk looks at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from knowledge import Entry
from knowledge.search import Answer, Outcome


@dataclass(frozen=True)
class Found:
    """What came of a question: at most five entries, best first, whatever the outcome; `score` is the first one's."""

    outcome: Outcome
    entries: tuple[Entry, ...]
    score: float


@dataclass(frozen=True)
class Miss:
    """A question nothing fitted: as stored (masked), with the nearest entry's id as a guess. `at` is UTC."""

    id: int
    text: str
    guess: str | None
    score: float
    at: datetime


def in_force(entry: Entry, day: date) -> bool:
    """Say whether an entry holds on a day of the county."""
    return entry.valid_from <= day and (entry.valid_to is None or day <= entry.valid_to)


def verdict(answer: Answer, entries: Mapping[str, Entry], day: date) -> tuple[Outcome, tuple[Entry, ...], float]:
    """Turn a search's answer into entries in force on `day`: outcome, entries, score of the first.

    When the entry that would have been the answer has lapsed, the others are only suggested.
    """
    pairs = [(entries[match.id], match.score) for match in answer.matches if in_force(entries[match.id], day)]
    if not pairs:
        return "none", (), 0.0
    lapsed = pairs[0][0].id != answer.matches[0].id
    outcome: Outcome = "suggest" if lapsed and answer.outcome == "answer" else answer.outcome
    return outcome, tuple(entry for entry, _ in pairs), pairs[0][1]
