"""Which entry answers what somebody typed? An inverted index over character n-grams, re-ranked with rapidfuzz.

Characters and not words, because typos and dialect break word lists but leave most two-character pieces whole. A
question touches the postings of its rarest n-grams first and stops at a budget, so its cost hardly grows with the
number of entries; the few candidates left are then compared wording by wording, and a logistic model turns how well
each fits (`Features`) into the probability, 0 to 1, that it is the one asked for.
"""

import heapq
import math
import re
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Literal, NamedTuple

from rapidfuzz import fuzz, process

from knowledge.entries import Entry
from knowledge.normalise import normalise, without_filler

Outcome = Literal["answer", "suggest", "none"]

LONGEST_QUESTION = 400  # characters looked at: what people want is said by then, and the cost stays bounded
POSTINGS_BUDGET = 20_000
CANDIDATES = 16  # entries compared; every covered development question has its own among them
MATCHES = 5
GRAM_WEIGHT = {1: 0.3, 2: 1.0, 3: 1.2}  # by length: a single character tells little


class Features(NamedTuple):
    """How well one entry fits a question. Weight is the summed rarity of n-grams; shares are 0 to 1."""

    cosine: float  # weight shared with the best wording, over the geometric mean of both weights
    wording_found: float  # share of that wording's weight that the question contains
    entry_covers: float  # share of the question's weight in any wording of the entry
    likeness: float  # rapidfuzz: the most alike wording as a whole
    evidence: float  # log of the weight shared with the wording that shares most: long matches are no accident
    evidence_entry: float  # log of the weight shared with any wording
    evidence_about: float  # log of the weight shared with what the entry itself says


# Valid for this scorer and near this content only: when anything above changes, fit again and raise SCORER.
# Logistic regression (C = 10) over the candidates of the 660 development questions, of single words that nobody's
# answer fits (离婚, 老板), and, at weight 0.1, of every wording of the 81 entries with that wording taken out of its
# own entry. MEASURED is the development questions on FITTED_ON, the coefficients held out in ten folds, the limits
# below chosen on all of them, so expect a little less of new questions.
SCORER = 2
FITTED_ON = "2026-11-25"
MEASURED = (
    "recall@1 0.82, @3 0.95, @5 0.99; answered directly 0.19 of covered, directly or suggested 0.91; "
    "wrong direct answers 0.014 of all; of those without an entry 0.98 not answered directly, 0.40 told so"
)
INTERCEPT = -9.536
COEFFICIENTS = Features(
    cosine=-13.896,
    wording_found=4.445,
    entry_covers=1.556,
    likeness=13.943,
    evidence=-0.922,
    evidence_entry=2.613,
    evidence_about=1.025,
)
# Likeness from which an entry is as sure as the wording is alike: it lists the question, give or take a character.
# Of all the listed wordings, none is that like a wording of another entry.
NEARLY_LISTED = 0.88
ANSWER_FROM = 0.62
ANSWER_MARGIN = 0.3
SUGGEST_FROM = 0.053
SHORTEST_DIRECT = 5  # characters: 违约金 or 诉讼时效 alone is no question yet, unless an entry lists it so
# An entry is shown at once only if it knows enough of the words: 残疾补贴怎么定 is not 伤残等级怎么定. A long story may
# hold much that no entry speaks of, so less is asked of it: KNOWN_SHARE, or KNOWN_LENGTH over its length if less.
KNOWN_SHARE = 0.45
KNOWN_LENGTH = 4

# Ends of questions about anything. Without them 被老公打了怎么办 and 被老公打了 are the same wording.
_TAIL = re.compile("(?:我?(?:应该|该|要|又)?(?:怎么办|咋办|怎么处理|如何处理)|[吗呢啊呀了])+$")


class Match(NamedTuple):
    """An entry and how likely it is the one asked for, 0 to 1."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Show the first match (`answer`), ask which was meant (`suggest`), or say that nothing fits (`none`).

    `matches` are the best five whatever the outcome, best first; fewer only if fewer share anything at all.
    """

    outcome: Outcome
    matches: tuple[Match, ...]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class _Indexed:
    id: str
    wordings: tuple[str, ...]
    weights: tuple[float, ...]  # of each wording
    roots: tuple[float, ...]  # the square root of each weight
    spoken: Mapping[str, Sequence[int]]  # n-gram -> the wordings that hold it, by number
    about: frozenset[str]  # n-grams of what the entry itself says


@dataclass(frozen=True, slots=True)
class _Question:
    text: str
    weights: Mapping[str, float]  # n-gram -> weight
    total: float
    length: int  # characters typed, before synonyms lengthen them

    def shared(self, grams: frozenset[str]) -> float:
        return sum(map(self.weights.__getitem__, grams.intersection(self.weights)))


class Index:
    """Entries made ready to be asked. `ask` changes nothing, so one index serves every thread."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        listed = list(entries)
        spoken = [{text: _grams(text) for text in map(_canonical, (e.title, *e.questions))} for e in listed]
        self._postings: dict[str, list[int]] = {}
        for number, texts in enumerate(spoken):
            for gram in _union(texts.values()):
                self._postings.setdefault(gram, []).append(number)
        about = [_union(map(_grams, map(_canonical, _said(entry)))) for entry in listed]
        self._weights = _weights(self._postings, about, len(listed))
        self._entries = [
            self._indexed(entry.id, texts, said) for entry, texts, said in zip(listed, spoken, about, strict=True)
        ]

    def ask(self, text: str) -> Answer:
        """The entries that fit what somebody typed, any text of any length, and whether to show one at once."""
        start = time.perf_counter()
        question = self._question(text)
        candidates = {entry.id: entry for entry in self._candidates(question)}
        scored = [Match(id_, _probability(features(question, entry))) for id_, entry in candidates.items()]
        matches = heapq.nsmallest(MATCHES, scored, key=lambda match: (-match.score, match.id))
        outcome = _outcome(matches)
        if outcome == "answer" and not _clear(question, matches[0], candidates[matches[0].id]):
            outcome = "suggest"
        return Answer(outcome, tuple(matches), round((time.perf_counter() - start) * 1000, 3))

    def _indexed(self, id_: str, texts: Mapping[str, frozenset[str]], about: frozenset[str]) -> _Indexed:
        weights = tuple(sum(map(self._weights.__getitem__, grams)) or 1.0 for grams in texts.values())
        return _Indexed(id_, tuple(texts), weights, tuple(map(math.sqrt, weights)), _where(texts.values()), about)

    def _question(self, text: str) -> _Question:
        typed = _typed(text)
        canonical = _with_synonyms(typed)
        weights = {gram: self._weights.get(gram, GRAM_WEIGHT[len(gram)]) for gram in _grams(canonical)}
        return _Question(canonical, weights, sum(weights.values()) or 1.0, len(typed))

    def _candidates(self, question: _Question) -> list[_Indexed]:
        """The entries that share most weight with the question, rarest n-grams first until the budget is spent."""
        scores: dict[int, float] = {}
        budget = POSTINGS_BUDGET
        weights = question.weights
        for gram in sorted(weights.keys() & self._postings.keys(), key=lambda gram: (-weights[gram], gram)):
            budget -= len(self._postings[gram])
            if budget < 0:
                break
            weight = weights[gram]
            for number in self._postings[gram]:
                scores[number] = scores.get(number, 0.0) + weight
        return [self._entries[number] for number in heapq.nlargest(CANDIDATES, scores, key=scores.__getitem__)]


def features(question: _Question, entry: _Indexed) -> Features:
    """Compare a question with one entry, wording by wording."""
    spoken, shared = 0.0, [0.0] * len(entry.wordings)
    for gram in question.weights.keys() & entry.spoken.keys():
        weight = question.weights[gram]
        spoken += weight
        for number in entry.spoken[gram]:
            shared[number] += weight
    alike = list(map(float.__truediv__, shared, entry.roots))
    cosine = max(alike)
    best = alike.index(cosine)
    return Features(
        cosine=cosine / math.sqrt(question.total),
        wording_found=shared[best] / entry.weights[best],
        entry_covers=spoken / question.total,
        likeness=process.extractOne(question.text, entry.wordings, scorer=fuzz.ratio)[1] / 100,
        evidence=math.log1p(max(shared)),
        evidence_entry=math.log1p(spoken),
        evidence_about=math.log1p(question.shared(entry.about)),
    )


def _probability(fit: Features) -> float:
    if fit.likeness >= NEARLY_LISTED:
        return round(fit.likeness, 4)
    logit = INTERCEPT + sum(map(float.__mul__, COEFFICIENTS, fit))
    return min(round(1 / (1 + math.exp(-logit)), 4), 0.9999)  # 1 is for what is listed word for word


def _outcome(matches: list[Match]) -> Outcome:
    best, second = (*(match.score for match in matches[:2]), 0.0, 0.0)[:2]
    if best == 1.0 > second or (best >= ANSWER_FROM and best - second >= ANSWER_MARGIN):
        return "answer"
    return "suggest" if best >= SUGGEST_FROM else "none"


def _clear(question: _Question, match: Match, entry: _Indexed) -> bool:
    """Whether the question says enough, and the entry knows enough of it, to show the entry without asking back."""
    if match.score == 1.0:
        return True
    known = question.shared(entry.about.union(entry.spoken)) / question.total
    return question.length >= SHORTEST_DIRECT and known >= min(KNOWN_SHARE, KNOWN_LENGTH / question.length)


def _said(entry: Entry) -> tuple[str, ...]:
    return (entry.topic, entry.title, entry.answer, *entry.steps, *entry.deadlines, entry.detail)


def _weights(postings: Mapping[str, list[int]], about: list[frozenset[str]], size: int) -> dict[str, float]:
    """n-gram -> its rarity, 0 (in the wordings of every entry) to 1 (of none), times its GRAM_WEIGHT.

    An n-gram that no wording holds is judged by the entries' own texts: 的时候 is common there, so it tells little.
    """
    counts = dict(Counter(chain.from_iterable(about)))
    counts.update((gram, len(numbers)) for gram, numbers in postings.items())
    most = math.log((size + 1) / 0.5)
    rarity = [max(math.log((size + 1) / (count + 0.5)) / most, 0.0) for count in range(size + 1)]
    return {gram: rarity[count] * GRAM_WEIGHT[len(gram)] for gram, count in counts.items()}


@cache
def _synonyms() -> tuple[tuple[str, str], ...]:
    table = tomllib.loads(Path(__file__).with_name("synonyms.toml").read_text("utf-8"))["words"]
    return tuple((said, word) for word, others in table.items() for said in others)


def _typed(text: str) -> str:
    typed = without_filler(normalise(text[:LONGEST_QUESTION]))
    return _TAIL.sub("", typed) or typed


def _with_synonyms(text: str) -> str:
    for said, word in _synonyms():
        text = text.replace(said, word)
    return text


def _canonical(text: str) -> str:
    return _with_synonyms(_typed(text))


def _grams(text: str) -> frozenset[str]:
    ends = len(text) + 1
    return frozenset([text[start : start + n] for n in GRAM_WEIGHT for start in range(ends - n)])


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)


def _where(texts: Iterable[frozenset[str]]) -> dict[str, list[int]]:
    """n-gram -> numbers of the texts that hold it."""
    found: dict[str, list[int]] = {}
    for number, grams in enumerate(texts):
        for gram in grams:
            found.setdefault(gram, []).append(number)
    return found
