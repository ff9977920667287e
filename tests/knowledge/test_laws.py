"""Article numbers and citation labels, against the way statutes write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import laws


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (85, "八十五"), (100, "一百"), (101, "一百零一"),
        (110, "一百一十"), (115, "一百一十五"), (1003, "一千零三"), (1010, "一千零一十"), (1179, "一千一百七十九"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_statutes_write_them(number: int, written: str) -> None:
    assert laws.chinese_number(number) == written


@given(st.integers(1, 9999))
def test_every_article_number_can_be_read_back(number: int) -> None:
    assert laws.western_number(laws.chinese_number(number)) == number


def test_labels() -> None:
    assert laws.citation_label("劳动合同法", ("30", "85")) == "《劳动合同法》第三十条、第八十五条"
    assert laws.citation_label("刑法", ("133-1",)) == "《刑法》第一百三十三条之一"
    name = "最高人民法院关于适用《中华人民共和国民法典》婚姻家庭编的解释（一）"
    assert laws.citation_label(name, ("5",)).startswith(
        "《最高人民法院关于适用〈中华人民共和国民法典〉婚姻家庭编的解释（一）》"
    )


def test_articles_named_in_text_are_found_with_their_law() -> None:
    text = "按《民法典》第1042条第一款、第一千零四十三条和第十条之一，以及《刑法》第一百三十三条之一；第九条不算。"
    assert list(laws.named_articles(text)) == [
        ("民法典", "1042"), ("民法典", "1043"), ("民法典", "10-1"), ("刑法", "133-1"),
    ]  # fmt: skip


def test_a_replaced_law_is_seen_but_not_inside_the_name_of_another() -> None:
    assert [old.name for old in laws.currency().retired_in("依《合同法》和《中华人民共和国婚姻法》")] == [
        "婚姻法",
        "合同法",
    ]
    assert list(laws.currency().retired_in("依《劳动合同法》和《民法典》")) == []
    assert laws.currency().replacement("劳动合同法") is None
    assert laws.currency().replacement("中华人民共和国噪声污染防治法") is not None
