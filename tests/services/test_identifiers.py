"""Codes, telephones and ID numbers as people write them. All numbers are samples of the standards or invented."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.identifiers import (
    BadPhone,
    Phone,
    credit_code,
    id_number,
    masked_code,
    masked_name,
    masked_phone,
    phone,
)

unhurried = settings(deadline=None)
VALID_CODES = ["9144030071526726XG", "91330100799655058B", "914403001922038216", "913301000000000170"]
TODAY = date(2026, 11, 24)


class TestCreditCode:
    @pytest.mark.parametrize("code", VALID_CODES)
    def test_valid_ones(self, code: str) -> None:
        read = credit_code(code)
        assert (read.text, read.valid, read.problem) == (code, True, None)

    @pytest.mark.parametrize(
        "typed",
        [
            "９１３３０１００７９９６５５０５８Ｂ",
            "9133 0100 7996 5505 8b",
            " 91330100-799655058B\n",
            "9133o1oo799655o58B",
            "9I33010079965505８B",
        ],
    )
    def test_whatever_the_writing(self, typed: str) -> None:
        read = credit_code(typed)
        assert read.text == "91330100799655058B"
        assert read.valid

    def test_a_code_of_the_pilot_years_is_a_warning_not_a_refusal(self) -> None:
        read = credit_code("91350100M0001TGQXM")
        assert not read.valid
        assert read.text == "91350100M0001TGQXM"
        assert read.problem is not None
        assert "可以先提交" in read.problem

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ("330100000012345", "15 位的旧工商注册号"),
            ("9133010079965505", "您填的是 16 位"),
            ("91330100799655S58B", "不会出现“S”"),
            ("", "还没有填写"),
            ("某某有限公司", "您填的是 6 位"),
        ],
    )
    def test_problems_in_plain_words(self, typed: str, says: str) -> None:
        read = credit_code(typed)
        assert not read.valid
        assert says in (read.problem or "")

    @unhurried
    @given(st.sampled_from(VALID_CODES), st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
    def test_one_wrong_character_is_always_noticed(self, code: str, place: int, other: str) -> None:
        typed = code[:place] + other + code[place + 1 :]
        assert credit_code(typed).valid == (typed == code)

    @unhurried
    @given(st.text(max_size=40))
    def test_it_never_refuses(self, text: str) -> None:
        read = credit_code(text)
        assert read.valid == (read.problem is None)
        if read.valid:
            assert credit_code(read.text) == read


class TestPhone:
    @pytest.mark.parametrize(
        "typed",
        [
            "13812345678",
            "138 1234 5678",
            "138-1234-5678",
            "１３８１２３４５６７８",
            "+86 13812345678",
            "8613812345678",
            "0086-138-1234-5678",
            "（+86）138 1234 5678",
            "138—1234—5678",
        ],
    )
    def test_mobiles(self, typed: str) -> None:
        assert phone(typed) == Phone("13812345678", "mobile")

    @pytest.mark.parametrize("digits", ["16212345678", "16512345678", "16712345678", "17012345678", "17112345678"])
    def test_virtual_operators_are_mobiles(self, digits: str) -> None:
        assert phone(digits).kind == "mobile"

    @pytest.mark.parametrize(
        ("typed", "digits"),
        [
            ("0571-87654321", "057187654321"),
            ("(010) 62345678", "01062345678"),
            ("０５７８　２１２３４５６", "05782123456"),
            ("+86 571 8765 4321", "057187654321"),
            ("+86 10 6234 5678", "01062345678"),
            ("+86 0571 8765 4321", "057187654321"),
        ],
    )
    def test_landlines(self, typed: str, digits: str) -> None:
        assert phone(typed) == Phone(digits, "landline")

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ("12345", "12345 是服务热线"),
            ("110", "服务热线"),
            ("95588", "服务热线"),
            ("400-800-8000", "服务热线"),
            ("87654321", "少了区号"),
            ("86123456", "少了区号"),  # no country code
            ("1381234567", "您填的是 10 位"),
            ("138123456789", "您填的是 12 位"),
            ("12012345678", "没有以这三位开头的手机号"),
            ("我不想说", "只能有数字"),
            ("١٣٨١٢٣٤٥٦٧٨", "只能有数字"),  # digits of another script cannot be dialled from a list
            ("", "没有看到"),
            ("05718765", "不完整"),
        ],
    )
    def test_refusals_say_what_is_missing(self, typed: str, says: str) -> None:
        with pytest.raises(BadPhone) as refused:
            phone(typed)
        assert says in str(refused.value)
        assert str(refused.value).endswith("例如 0571-87654321。")

    @unhurried
    @given(st.text(max_size=30))
    def test_what_is_accepted_reads_the_same_again(self, text: str) -> None:
        try:
            read = phone(text)
        except BadPhone:
            return
        assert phone(read.digits) == read


class TestIdNumber:
    @pytest.mark.parametrize("number", ["11010519491231002X", "11010519491231002x", "440524188001010014"])
    def test_samples_of_the_standard(self, number: str) -> None:
        assert id_number(number, TODAY)

    def test_full_width_and_spaces(self) -> None:
        assert id_number("１１０１０５ １９４９１２３１ ００２Ｘ", TODAY)

    @pytest.mark.parametrize(
        "number",
        ["110105194912310021", "11010519491231002", "", "1101051949123100２Y", "X10105194912310021"],
    )
    def test_wrong_ones(self, number: str) -> None:
        assert not id_number(number, TODAY)

    def test_a_date_of_birth_that_does_not_exist_fails_although_the_check_fits(self) -> None:
        fitting = [f"11010519490230002{check}" for check in "0123456789X"]
        assert not any(id_number(number, TODAY) for number in fitting)

    def test_nobody_is_born_tomorrow(self) -> None:
        assert not id_number("11010519491231002X", date(1949, 12, 30))
        assert id_number("11010519491231002X", date(1949, 12, 31))


class TestMasking:
    def test_phones(self) -> None:
        assert masked_phone("13812345678") == "138****5678"
        assert masked_phone("057187654321") == "0571****4321"
        assert masked_phone("01062345678") == "010****5678"
        assert masked_phone("12345") == "****"

    def test_names(self) -> None:
        assert masked_name("张三丰") == "张**"
        assert masked_name(" 张三 ") == "张*"
        assert masked_name("张") == "*"
        assert masked_name("") == ""

    def test_codes(self) -> None:
        assert masked_code("91330100799655058B") == "9133**********058B"
        assert masked_code("12345678") == "********"
