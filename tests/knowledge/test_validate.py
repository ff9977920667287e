"""Every rule of content has a test that breaks it, and only it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import knowledge
from knowledge import validate
from tests.knowledge.conftest import CITATION, DEPOSIT, LESSON_BODY, WAGES, Write, entry_fields, lesson_fields

TODAY = date(2026, 11, 24)


def faults(root: Path, today: date = TODAY) -> list[str]:
    return [str(fault) for fault in validate.check(root, today)]


def test_sound_content_has_no_faults_and_loads(content: Path) -> None:
    assert faults(content) == []
    book = knowledge.load(content)
    assert set(book.entries) == {"labor-18", "housing-01", "accident-24"}
    entry, lesson = book.entries["labor-18"], book.lessons["unpaid-wages"]
    assert entry.citations[0].label == "《劳动合同法》第三十条、第八十五条"
    assert entry.citations[0].effective == date(2013, 7, 1)
    assert (entry.detail, entry.valid_to) == ("细说。", None)
    assert (lesson.tips, lesson.questions[0].answer) == (("留好考勤和欠条", "去投诉"), 2)
    assert lesson.case.startswith("张某")


def test_the_delivered_content_has_no_faults() -> None:
    assert [str(fault) for fault in validate.check(Path(knowledge.__file__).parent)] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "一" * 21}, "title"),
        ({"title": ""}, "title"),
        ({"answer": "一" * 121}, "answer"),
        ({"steps": ["一", "二"]}, "steps"),
        ({"steps": ["一" * 61, "二", "三"]}, "steps"),
        ({"questions": list(WAGES[:7])}, "questions"),
        ({"questions": [*WAGES, "干完活，不给钱！"]}, "questions"),
        ({"questions": [*WAGES, "房东不退押金怎么办？"]}, "questions"),
        ({"domain": "别的"}, "domain"),
        ({"risk": "D"}, "risk"),
        ({"related": ["labor-99", "housing-01"]}, "related"),
        ({"related": ["labor-18", "housing-01"]}, "related"),
        ({"ways_on": ["phone"]}, "ways_on"),
        ({"id": "labor-19"}, "id"),
        ({"quote": "原文"}, "quote"),
        ({"where": "县里"}, "where"),
        ({"citations": []}, "citations"),
        ({"citations": [CITATION | {"articles": ["30条"]}]}, "citations"),
        ({"citations": [CITATION | {"articles": []}]}, "citations"),
        ({"citations": [CITATION | {"edition": "2012"}]}, "citations"),
        ({"citations": [CITATION | {"law": "合同法"}]}, "citations"),
        ({"citations": [CITATION | {"law": "治安管理处罚法"}]}, "citations"),
        ({"citations": [{"law": "劳动合同法"}]}, "citations"),
        ({"answer": "见《劳动合同法》第三十条、第八十二条。"}, "citations"),
        ({"steps": ["看《婚姻法》", "再去投诉", "再申请"]}, "text"),
        ({"where": ["县工商局"]}, "text"),
    ],
)
def test_a_broken_entry_is_named_with_its_field(
    content: Path, write: Write, change: dict[str, Any], field: str
) -> None:
    fields = entry_fields("labor-18", "老板拖欠工资去哪告", WAGES, ["housing-01", "accident-24"])
    write("faq/labor-18", "细说。", **(fields | change))
    found = validate.check(content, TODAY)
    assert {fault.field for fault in found} == {field}
    assert found[0].file == "faq/labor-18.md"
    with pytest.raises(knowledge.ContentError, match=rf"faq/labor-18.md: {field}: "):
        knowledge.load(content)


def test_a_missing_field_and_a_bad_body_are_faults(content: Path, write: Write) -> None:
    fields = entry_fields("labor-18", "老板拖欠工资去哪告", WAGES, ["housing-01", "accident-24"])
    del fields["steps"]
    write("faq/labor-18", "# 标题\n" + "一" * 400, **fields)
    assert {fault.field for fault in validate.check(content, TODAY)} == {"steps", "detail"}


def test_two_files_may_not_share_a_title(content: Path, write: Write) -> None:
    fields = entry_fields("labor-18", "押金不退，找谁？", WAGES, ["housing-01", "accident-24"])
    write("faq/labor-18", "细说。", **fields)
    assert faults(content) == ["faq/labor-18.md: title: 押金不退，找谁？ stands in faq/housing-01.md too"]


@pytest.mark.parametrize(
    "text", ["", "无", "---\nid: [\n---\n", "---\n- a\n---\n", "---\nvalid_from: 2026-02-30\n---\n"]
)
def test_an_unreadable_file_is_one_fault(content: Path, text: str) -> None:
    (content / "faq" / "labor-31.md").write_text(text, "utf-8")
    assert [fault.file for fault in validate.check(content, TODAY)] == ["faq/labor-31.md"]


def test_time_makes_faults_that_do_not_stop_a_running_service(content: Path) -> None:
    assert faults(content, date(2027, 5, 24)) == []
    late = faults(content, date(2027, 5, 25))
    assert len(late) == 4
    assert "faq/labor-18.md: next_review: was due on 2027-05-24: review the text or withdraw it" in late
    assert knowledge.load(content).entries


def test_an_edition_is_stale_from_the_day_the_new_one_applies(content: Path, write: Write) -> None:
    fields = entry_fields("labor-18", "老板拖欠工资去哪告", WAGES, ["housing-01", "accident-24"])
    write("faq/labor-18", "细说。", **(fields | {"citations": [CITATION | {"law": "商标法"}]}))
    assert faults(content, date(2026, 12, 31)) == []
    assert faults(content, date(2027, 1, 1)) == [
        "faq/labor-18.md: citations: 商标法 2012-12-28 is outdated since 2027-01-01"
    ]


@pytest.mark.parametrize(
    ("tail", "field"),
    [
        ("valid_from: 2026-11-24\nnext_review: 2027-05-24\nauthor: 组\nreview: 张律师\n", "review"),
        ("valid_from: 2026-11-24\nnext_review: 2026-11-24\nauthor: 组\nreview: none\n", "next_review"),
        ("valid_from: '2026-11-24'\nnext_review: 2027-05-24\nauthor: 组\nreview: none\n", "valid_from"),
        (
            "valid_from: 2026-11-01\nvalid_to: 2026-11-20\nnext_review: 2027-05-24\nauthor: 组\nreview: none\n",
            "valid_to",
        ),
    ],
)
def test_days_and_review(content: Path, write: Write, tail: str, field: str) -> None:
    fields = entry_fields("labor-18", "老板拖欠工资去哪告", WAGES, ["housing-01", "accident-24"])
    write("faq/labor-18", "细说。", tail=tail, **fields)
    assert {fault.field for fault in validate.check(content, TODAY)} == {field}


def test_two_reviewers_and_a_day_are_accepted(content: Path, write: Write) -> None:
    fields = entry_fields("labor-18", "老板拖欠工资去哪告", WAGES, ["housing-01", "accident-24"])
    tail = "valid_from: 2026-11-24\nnext_review: 2027-05-24\nauthor: 组\nreview: 张律师/李主任/2026-11-20\n"
    write("faq/labor-18", "细说。", tail=tail, **fields)
    assert faults(content) == []


QUIZ = {"ask": "问？", "options": ["甲", "乙", "丙"], "answer": 1, "explain": "因为"}


@pytest.mark.parametrize(
    ("change", "body", "field"),
    [
        ({"questions": [QUIZ | {"answer": 4}]}, LESSON_BODY, "questions"),
        ({"questions": [QUIZ | {"answer": True}]}, LESSON_BODY, "questions"),
        ({"questions": [QUIZ | {"options": ["甲", "乙"]}]}, LESSON_BODY, "questions"),
        ({"questions": []}, LESSON_BODY, "questions"),
        ({"questions": [QUIZ] * 4}, LESSON_BODY, "questions"),
        ({"audiences": ["火星人"]}, LESSON_BODY, "audiences"),
        ({"months": [13]}, LESSON_BODY, "months"),
        ({}, LESSON_BODY.replace("## 焦点", "## 焦点问题"), "body"),
        ({}, "## 案情\n短\n## 焦点\n问\n## 说法\n法\n## 提示\n- 做\n", "body"),
        ({}, LESSON_BODY + "- " + "长" * 300, "body"),
        ({}, LESSON_BODY.replace("第三十条", "第三十一条"), "citations"),
    ],
)
def test_a_broken_lesson(content: Path, write: Write, change: dict[str, Any], body: str, field: str) -> None:
    write("lessons/unpaid-wages", body, **(lesson_fields("unpaid-wages") | change))
    assert {fault.field for fault in validate.check(content, TODAY)} == {field}


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == ["faq: holds no entries"]


def test_residents_may_use_the_old_names(content: Path, write: Write) -> None:
    fields = entry_fields("housing-01", "押金不退找谁", (*DEPOSIT, "工商局管押金吗"), ["labor-18", "accident-24"])
    write("faq/housing-01", "细说。", **fields)
    assert faults(content) == []
