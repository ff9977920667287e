"""How well does the search find what people ask? Measured on labelled questions that lie outside the repository."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.search import Answer, Index


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question and the ids of the entries that answer it (`accept`; empty when none should).

    `kind` is covered (an entry answers it), near (an entry is about the same matter), uncovered, or out (no question
    of law at all).
    """

    question: str
    kind: str
    accept: frozenset[str]


@dataclass(frozen=True, slots=True)
class Report:
    """Shares are 0 to 1. `covered` counts the questions of that kind of which an accepted entry exists."""

    questions: int
    covered: int
    recall_1: float
    recall_3: float
    recall_5: float
    answered_directly: float  # of covered: a right entry, shown at once
    answered_or_suggested: float  # of covered: shown at once, or among the three suggestions
    wrong_direct: float  # of all questions: an entry shown at once that is not accepted
    none_caught: float  # of questions that no entry answers: not answered directly
    none_told: float  # of the same: told that nothing was found
    p50_ms: float
    p95_ms: float


def read_questions(path: Path) -> list[Labelled]:
    """Read one JSON object a line: question, kind, accept."""
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())
    return [Labelled(row["question"], row["kind"], frozenset(row["accept"])) for row in rows]


def evaluate(index: Index, known: Iterable[str], questions: Sequence[Labelled]) -> Report:
    """Ask every question; `known` are the ids of the entries in the index."""
    ids = frozenset(known)
    asked = [(question, index.ask(question.question)) for question in questions]
    covered = [(q, answer) for q, answer in asked if q.kind == "covered" and q.accept & ids]
    without = [(q, answer) for q, answer in asked if not q.accept & ids]
    times = sorted(answer.milliseconds for _, answer in asked)
    return Report(
        questions=len(asked),
        covered=len(covered),
        recall_1=_share(_found(q, answer, 1) for q, answer in covered),
        recall_3=_share(_found(q, answer, 3) for q, answer in covered),
        recall_5=_share(_found(q, answer, 5) for q, answer in covered),
        answered_directly=_share(answer.outcome == "answer" and _found(q, answer, 1) for q, answer in covered),
        answered_or_suggested=_share(_helped(q, answer) for q, answer in covered),
        wrong_direct=_share(answer.outcome == "answer" and not _found(q, answer, 1) for q, answer in asked),
        none_caught=_share(answer.outcome != "answer" for _, answer in without),
        none_told=_share(answer.outcome == "none" for _, answer in without),
        p50_ms=_quantile(times, 0.5),
        p95_ms=_quantile(times, 0.95),
    )


def _found(question: Labelled, answer: Answer, first: int) -> bool:
    return any(match.id in question.accept for match in answer.matches[:first])


def _helped(question: Labelled, answer: Answer) -> bool:
    shown = {"answer": 1, "suggest": 3, "none": 0}[answer.outcome]
    return _found(question, answer, shown)


def _share(verdicts: Iterable[bool]) -> float:
    counted = list(verdicts)
    return round(sum(counted) / len(counted), 4) if counted else 0.0


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0
