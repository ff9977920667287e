"""The right entry first, a question back when unsure, and an honest "nothing found"."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import knowledge
from knowledge import search
from knowledge.evaluate import Labelled, evaluate
from knowledge.search import Index

BOOK = knowledge.load()
INDEX = Index(BOOK.entries.values())


def best(text: str) -> str:
    return INDEX.ask(text).matches[0].id


@pytest.mark.parametrize(
    "asked",
    ["老板拖欠工资两个月了怎么办", "老闆拖欠工資兩個月了怎麼辦", "您好，请问　老板拖欠工资两个月了，怎么办？？😀"],
)
def test_a_listed_wording_is_answered_at_once_however_it_is_spelt(asked: str) -> None:
    answer = INDEX.ask(asked)
    assert answer.outcome == "answer"
    assert answer.matches[0] == ("labor-18", 1.0)


def test_every_listed_wording_is_answered_with_its_own_entry_even_if_another_comes_close() -> None:
    missed = [
        (wording, answer.outcome, answer.matches[:2])
        for entry in BOOK.entries.values()
        for wording in (entry.title, *entry.questions)
        if (answer := INDEX.ask(wording)).outcome != "answer" or answer.matches[0].id != entry.id
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("asked", "entry"),
    [
        ("老板不给钱", "labor-18"),
        ("工资没发", "labor-18"),
        ("押金要不回来", "housing-01"),
        ("欠钱不还", "contract-01"),
        ("被老公打了", "care-01"),
        ("被老公打了该怎么办呢", "care-01"),
    ],
)
def test_a_short_question_listed_nearly_so_is_answered_at_once(asked: str, entry: str) -> None:
    answer = INDEX.ask(asked)
    assert (answer.outcome, answer.matches[0].id) == ("answer", entry)


@pytest.mark.parametrize("asked", ["老板不给钱", "楼上漏水把我家天花板泡了", "今天天气真好"])
@pytest.mark.parametrize("number", ["13800138000", "１３８００１３８０００", "138 0013 8000", "我的电话是13800138000"])
def test_a_number_changes_nothing(asked: str, number: str) -> None:
    alone = INDEX.ask(asked)
    for together in (f"{asked}，{number}", f"{number}，{asked}"):
        answer = INDEX.ask(together)
        assert (answer.outcome, answer.matches) == (alone.outcome, alone.matches)


@pytest.mark.parametrize("number", ["13800138000", "123456", "１２３４５６７", "我的电话13800138000", "12345"])
def test_a_number_alone_finds_nothing(number: str) -> None:
    assert INDEX.ask(number).outcome == "none"


def test_typos_and_other_words_still_find_the_entry() -> None:
    assert best("房东不肯退押今") == "housing-01"
    assert best("工地上干活，工钱一直不给") == "labor-18"
    assert best("楼上漏水把我家天花板泡了") == "housing-27"


@pytest.mark.parametrize("word", ["离婚", "违约金", "租房", "家人", "土地", "诉讼时效"])
def test_one_bare_word_is_asked_back_and_not_answered(word: str) -> None:
    assert INDEX.ask(word).outcome == "suggest"


def test_a_likeness_in_form_alone_is_not_answered() -> None:
    """残疾补贴怎么定 looks like 伤残等级怎么定, but no entry speaks of the allowance."""
    answer = INDEX.ask("残疾补贴怎么定")
    first, second = answer.matches[:2]
    assert first.score >= search.ANSWER_FROM
    assert first.score - second.score >= search.ANSWER_MARGIN
    assert answer.outcome == "suggest"


def test_a_bare_word_that_an_entry_lists_is_answered() -> None:
    assert (INDEX.ask("家暴").outcome, best("家暴")) == ("answer", "care-01")


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "？！。", "\x00", "zzz qqq"])
def test_nothing_to_go_by_finds_nothing(text: str) -> None:
    answer = INDEX.ask(text)
    assert answer.outcome == "none"


def test_small_talk_is_not_answered_with_law() -> None:
    assert INDEX.ask("今天天气真好").outcome == "none"
    assert INDEX.ask("我想吃火锅").outcome == "none"


def test_five_best_whatever_the_outcome_best_first() -> None:
    for text in ("今天天气真好", "交通事故怎么赔", "老板拖欠工资两个月了怎么办"):
        scores = [match.score for match in INDEX.ask(text).matches]
        assert len(scores) == 5
        assert scores == sorted(scores, reverse=True)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gets_an_answer_with_scores_between_0_and_1(text: str) -> None:
    answer = INDEX.ask(text)
    assert all(0 <= match.score <= 1 for match in answer.matches)
    assert answer.outcome in ("answer", "suggest", "none")


def test_the_same_question_always_gets_the_same_answer() -> None:
    assert INDEX.ask("交通事故怎么赔").matches == Index(BOOK.entries.values()).ask("交通事故怎么赔").matches


def test_two_entries_that_fit_equally_are_asked_back() -> None:
    entry = BOOK.entries["housing-01"]
    alone = Index([entry]).ask(entry.questions[2])
    twins = Index([dataclasses.replace(entry, id=twin) for twin in ("housing-01", "housing-02")])
    both = twins.ask(entry.questions[2])
    assert (alone.outcome, both.outcome) == ("answer", "suggest")
    assert [match.score for match in both.matches] == [1.0, 1.0]


def test_an_index_of_nothing_finds_nothing() -> None:
    assert Index([]).ask("离婚").matches == ()


def test_the_work_for_a_question_stays_within_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many entries share most n-grams; only the rarest of a question may be followed into their postings."""
    entries = [
        dataclasses.replace(entry, id=f"x-{n}", title=f"{entry.title}{n}")
        for n, entry in enumerate(list(BOOK.entries.values()) * 5)
    ]
    index = Index(entries)
    touched: list[int] = []

    class Counted(list[int]):
        def __iter__(self):  # type: ignore[no-untyped-def]  # only counts
            touched.append(len(self))
            return super().__iter__()

    index._postings = {gram: Counted(numbers) for gram, numbers in index._postings.items()}
    monkeypatch.setattr(search, "POSTINGS_BUDGET", 500)
    assert index.ask("老板拖欠工资两个月了怎么办").matches
    assert 0 < sum(touched) <= 500


def test_the_costly_comparison_is_made_with_few_entries_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [dataclasses.replace(e, id=f"{e.id}-{n}") for e in BOOK.entries.values() for n in range(5)]
    compared: list[str] = []

    def counted(question: search._Question, entry: search._Indexed) -> search.Features:
        compared.append(entry.id)
        return features(question, entry)

    features = search.features
    monkeypatch.setattr(search, "features", counted)
    Index(entries).ask("老板拖欠工资两个月了怎么办")
    assert len(compared) == search.CANDIDATES


def test_evaluation_counts_what_it_says(content: Path) -> None:
    book = knowledge.load(content)
    asked = [
        Labelled("干完活不给钱", "covered", frozenset({"labor-18"})),
        Labelled("干完活不给钱", "uncovered", frozenset()),
        Labelled("今天下雨", "out", frozenset({"gone-01"})),
        Labelled("房东不退押金怎么办", "covered", frozenset({"gone-01"})),
    ]
    report = evaluate(Index(book.entries.values()), book.entries, asked)
    assert (report.questions, report.covered) == (4, 1)
    assert (report.recall_1, report.answered_directly, report.answered_or_suggested) == (1.0, 1.0, 1.0)
    assert report.wrong_direct == 0.5
    assert report.none_caught == round(1 / 3, 4)
