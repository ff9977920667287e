"""One spelling for everything people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.normalise import normalise, simplify, without_filler


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("老闆拖欠工資，怎麼辦？", "老板拖欠工资怎么办"),
        ("１２３４５ ＡＢＣ", "12345abc"),
        ("押 金😀不退！！", "押金不退"),
        ("著作權", "著作权"),
        ("", ""),
        ("😀", ""),
    ],
)
def test_spelling(typed: str, read: str) -> None:
    assert normalise(typed) == read


def test_greetings_go_but_never_everything() -> None:
    assert without_filler("您好请问一下离婚怎么办谢谢") == "离婚怎么办"
    assert without_filler("律师你好我想咨询一下房东不退押金") == "房东不退押金"
    assert without_filler("你好") == "你好"


@given(st.text())
def test_any_text_can_be_read_and_reading_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(alphabet="個们們這这說说工資资著着"))
def test_a_simplified_text_stays_as_it_is(text: str) -> None:
    assert simplify(simplify(text)) == simplify(text)
