"""What leaves free text before it is stored, and what must stay readable. All numbers are invented or samples."""

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.identifiers import credit_code
from services.masking import CARD, CHAT, EMAIL, ID, NUMBER, PHONE, mask


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("我电话13812345678，找张三", f"我电话{PHONE}，找张三"),
        ("138 1234 5678", PHONE),
        ("138-1234-5678", PHONE),
        ("138.1234.5678", PHONE),
        ("1 3 8 1 2 3 4 5 6 7 8", PHONE),
        ("１３８１２３４５６７８", PHONE),
        ("１３８－１２３４－５６７８", PHONE),
        ("+86-138-1234-5678", PHONE),
        ("打8613812345678", f"打{PHONE}"),
        ("13812345678 13912345678", f"{PHONE} {PHONE}"),
        ("12345 13812345678", f"12345 {PHONE}"),
        ("2026-11-13 13812345678", f"2026-11-13 {PHONE}"),
        ("借款15000000 138 12345678", f"借款15000000 {PHONE}"),
        ("0571-87654321", PHONE),
        ("（0571）8765 4321转8001", PHONE),
        ("010 62345678", PHONE),
        ("座机：87654321", f"座机：{PHONE}"),
        ("身份证11010519491231002X", f"身份证{ID}"),
        ("身份证１１０１０５１９４９１２３１００２ｘ", f"身份证{ID}"),
        ("110105 1949-1231 002x", ID),
        ("110105 1949 12 31 0029", ID),
        ("440524188001010014", ID),
        ("110105491231002", ID),
        ("卡号6222021234567890123", f"卡号{CARD}"),
        ("卡号6222 0212 3456 7890 123", f"卡号{CARD}"),
        ("卡号6222-0212-3456-7890", f"卡号{CARD}"),
        ("卡号６２２２ ０２１２ ３４５６ ７８９０", f"卡号{CARD}"),
        ("单号1234567890123", f"单号{NUMBER}"),
        ("zhang.san@example.com是我邮箱", f"{EMAIL}是我邮箱"),
        ("ZHANG＠example．com", EMAIL),
        ("微信号：abc_12345", f"微信号：{CHAT}"),
        ("加我vx zhangsan88", f"加我vx {CHAT}"),
        ("微信是13812345678", f"微信是{PHONE}"),
        ("加QQ12345678", f"加QQ{CHAT}"),
    ],
)
def test_hidden(said: str, stored: str) -> None:
    assert mask(said) == stored


@pytest.mark.parametrize(
    "said",
    [
        "老板拖欠工资两个月，一共12000元",
        "合同金额 1,234,567.89 元",
        "借款1234567890元",
        "工资3000 3200 3100 3300",
        "2023 2024 2025 2026 四年",
        "2026-11-24 09:30 至 2026-11-26 9点",
        "2026-11-13 2026-11-24 9点",
        "2026年11月13日，20261113",
        "民法典第1024条、第一千零二十四条，2021年1月1日起",
        "（2026）浙0102民初12345号",
        "打12348或者12345 12315 110",
        "电话：12348",
        "电话 110 12345",
        "400-800-8000",
        "电话4008008000",
        "微信支付5000元",
        "统一社会信用代码91330100799655058B",
        "统一社会信用代码914403001922038216",
        "受理号 ZTC-2026-000123",
    ],
)
def test_kept(said: str) -> None:
    assert mask(said) == said


def test_an_invalid_enterprise_code_gets_no_passage() -> None:
    assert mask("914403001922038215") == CARD


def test_a_card_that_happens_to_pass_as_an_enterprise_code_is_hidden() -> None:
    assert credit_code("622202123450000009").valid
    assert mask("622202123450000009") == CARD


unhurried = settings(deadline=None)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
WRITINGS = st.sampled_from(
    [
        "{0}{1}{2}",
        "{0} {1} {2}",
        "{0}-{1}-{2}",
        "{0} {1}{2}",
        "{0}{1} {2}",
        "+86{0}{1}{2}",
        "+86 {0} {1} {2}",
        "{0}.{1}.{2}",
        "{0}－{1}－{2}",
    ]
)
WORDS = st.text("老板欠我工资，。：电话是微信 \n元abcX0123456789-/.年月日", max_size=24)


@unhurried
@given(WORDS, MOBILES, WRITINGS, st.booleans(), WORDS)
@example("2026-11-", "13812345678", "{0}{1}{2}", False, "")
@example("5", "13812345678", "{0}{1}{2}", False, "7")
def test_no_run_of_seven_digits_of_a_phone_survives(
    before: str, mobile: str, writing: str, wide: bool, after: str
) -> None:
    written = writing.format(mobile[:3], mobile[3:7], mobile[7:])
    if written != mobile:  # a group glued to further digits is another number
        before, after = f"{before.rstrip('0123456789+')}，", f"，{after}"
    if wide:
        written = "".join(chr(ord(char) + 0xFEE0) if char.isdigit() else char for char in written)
    left = re.sub(r"[ \-－.]", "", unicodedata.normalize("NFKC", mask(f"{before}{written}{after}")))
    inserted = {mobile[start : start + 7] for start in range(5)}
    said_anyway = re.sub(r"[ \-－.]", "", before + "|" + after)
    assert not [run for run in inserted if run in left and run not in said_anyway]


@unhurried
@given(st.text("老板欠我工资电话微信号码QQvx转：，。@.-－ \n()（）+０１８３6元年abX0123456789/", max_size=60))
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@unhurried
@given(st.text(max_size=60).filter(lambda text: not re.search(r"\d{5}|@|＠|[qQＱｑ]{2}|[vV]|[wW][xX]|微信", text)))
def test_text_without_long_numbers_stays(text: str) -> None:
    assert mask(text) == text or len(re.findall(r"\d", text)) >= 7
