"""A small made-up folder of content in which every rule is kept, so that a test can break exactly one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

Write = Callable[..., Path]

CITATION = {
    "law": "劳动合同法",
    "articles": [30, 85],
    "edition": "2012-12-28",
    "effective": "2013-07-01",
    "says": "工资要按时足额发，不发的由劳动行政部门责令支付",
}
TAIL = """valid_from: 2026-11-24
next_review: 2027-05-24
author: 直通编写组
review: none
"""
WAGES = (
    "老板拖欠工资怎么办", "干完活不给钱", "工地欠薪去哪告", "厂里三个月没发工资", "工资一直拖着",
    "包工头不结账", "辞职后工资要不回来", "讨薪找哪个部门",
)  # fmt: skip
DEPOSIT = (
    "房东不退押金怎么办", "退租押金要不回来", "押金被扣光了", "搬走了房东不还押金", "租房押金不退找谁",
    "二房东扣我押金", "押金条丢了还能退吗", "房子到期押金不给",
)  # fmt: skip
CASE = "张某在工地干了半年木工活，完工以后包工头只给了一张手写的欠条，说要等到年底再一起结清。" * 6
LAW = "《劳动合同法》第三十条要求用人单位按时足额发工资，没有按时发的，劳动者可以请劳动行政部门出面处理。" * 3


def _front(fields: dict[str, Any]) -> str:
    text = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False)
    for day in ("2012-12-28", "2013-07-01"):
        text = text.replace(f"'{day}'", day)
    return text


def entry_fields(entry_id: str, title: str, questions: tuple[str, ...], related: list[str]) -> dict[str, Any]:
    """The fields of a sound entry."""
    return {
        "id": entry_id,
        "domain": "劳动用工",
        "topic": "工资",
        "title": title,
        "questions": list(questions),
        "audience": ["居民"],
        "risk": "B",
        "answer": "先留好证据，再请有关部门处理。",
        "steps": ["先留证据", "再去投诉", "不行就申请仲裁"],
        "papers": [],
        "deadlines": [],
        "where": ["县劳动保障监察机构"],
        "citations": [dict(CITATION)],
        "related": related,
        "ways_on": ["legal_aid", "person"],
    }


def lesson_fields(lesson_id: str) -> dict[str, Any]:
    """The fields of a sound lesson."""
    return {
        "id": lesson_id,
        "title": "年底工钱没结怎么要",
        "audiences": ["农民工"],
        "months": [1, 12],
        "source": "教学改编案例，不对应任何具体案件",
        "citations": [dict(CITATION)],
        "questions": [
            {"ask": "工钱没结先做什么？", "options": ["等", "留证据", "闹"], "answer": 2, "explain": "先留证据"}
        ],
        "ways_on": ["person"],
    }


LESSON_BODY = f"## 案情\n{CASE}\n## 焦点\n工钱没结能找谁？\n## 说法\n{LAW}\n## 提示\n- 留好考勤和欠条\n- 去投诉\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write one file of content: `write("faq/labor-18", body, **fields)`."""

    def _write(name: str, body: str, tail: str = TAIL, **fields: Any) -> Path:
        path = tmp_path / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"---\n{_front(fields)}{tail}---\n{body}\n", "utf-8")
        return path

    return _write


@pytest.fixture
def content(tmp_path: Path, write: Write) -> Path:
    """Three sound entries and one sound lesson."""
    third = (
        "孩子在学校摔伤了",
        "学校里骨折谁赔",
        "课间被撞倒",
        "体育课受伤",
        "幼儿园磕破头",
        "校车上受伤",
        "操场摔了",
        "学校赔不赔",
    )
    write(
        "faq/labor-18", "细说。", **entry_fields("labor-18", "老板拖欠工资去哪告", WAGES, ["housing-01", "accident-24"])
    )
    write(
        "faq/housing-01", "细说。", **entry_fields("housing-01", "押金不退找谁", DEPOSIT, ["labor-18", "accident-24"])
    )
    write(
        "faq/accident-24", "细说。", **entry_fields("accident-24", "孩子在学校受伤", third, ["labor-18", "housing-01"])
    )
    write("lessons/unpaid-wages", LESSON_BODY, **lesson_fields("unpaid-wages"))
    return tmp_path
