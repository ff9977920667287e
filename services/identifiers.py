"""Numbers that people write down: enterprise codes, telephone numbers, ID numbers. Read leniently, shown masked."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.errors import Refusal

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = [pow(3, position, 31) for position in range(17)]
_ID_WEIGHTS = [pow(2, 17 - position, 11) for position in range(17)]
_ID_CHECKS = "10X98765432"
_NOISE = re.compile(r"[\s\u200b-\u200f\ufeff\-‐‑‒–—－_.·()（）]+")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0(?:10|2[0-9])[0-9]{8}|0[3-9][0-9]{2}[0-9]{7,8}")
_COUNTRY = re.compile(r"(?:\+|00)86|86(?=1[3-9][0-9]{9}$)")
_HOTLINE = re.compile(r"1[0-9]{2}|1[012][0-9]{3}|9[56][0-9]{3,4}|[48]00[0-9]{7}")


@dataclass(frozen=True)
class CreditCode:
    """An enterprise code as read: `text` normalised; `problem` is a Chinese sentence for a person, None when valid."""

    text: str
    valid: bool
    problem: str | None = None


@dataclass(frozen=True)
class Phone:
    """A telephone number somebody can be called back on: digits only, a landline with its area code."""

    digits: str
    kind: Literal["mobile", "landline"]


class BadPhone(Refusal, ValueError):
    """{why}请写 11 位手机号，或带区号的座机，例如 0571-87654321。"""


def credit_code(text: str) -> CreditCode:
    """Read a unified social credit code (GB 32100-2015), whatever its width, case and spacing.

    O and I, which the alphabet does not have, are read as 0 and 1. Never refuses: real codes from the pilot areas fail
    the check digit, so a problem is a warning that staff confirm. A 15-digit registration number of old is recognised.
    """
    code = _bare(text).upper().replace("O", "0").replace("I", "1")
    problem = _credit_problem(code)
    return CreditCode(code, problem is None, problem)


def phone(text: str) -> Phone:
    """Read a mobile or a landline with area code; +86, spaces, dashes, brackets and full-width digits are fine.

    Refuses BadPhone: hotlines and short numbers reach nobody in particular.
    """
    bare = _bare(text)
    digits = _COUNTRY.sub("", bare, count=1) if _COUNTRY.match(bare) else bare
    if digits != bare and digits[:1] in set("23456789"):
        digits = f"0{digits}"  # +86 571 …: the zero of the area code is left out behind the country code
    if digits != bare and digits.startswith("10"):
        digits = f"0{digits}"  # +86 10 …: Beijing, since no mobile starts with 10
    if _MOBILE.fullmatch(digits):
        return Phone(digits, "mobile")
    if _LANDLINE.fullmatch(digits):
        return Phone(digits, "landline")
    raise BadPhone(why=_phone_problem(digits))


def id_number(text: str, today: date) -> bool:
    """Whether this is a well-formed citizen's ID number (GB 11643-1999, 18 characters).

    Its check character must fit and its date of birth must exist and not lie after `today`.
    """
    number = _bare(text).upper()
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number):
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    return born <= today and _ID_CHECKS[total % 11] == number[17]


def masked_phone(digits: str) -> str:
    """138****5678 or 0571****4321; a text too short to be a number is hidden altogether."""
    if len(digits) < 10:
        return "****"
    head = 4 if digits.startswith("0") and not digits.startswith(("010", "02")) else 3
    return f"{digits[:head]}****{digits[-4:]}"


def masked_name(name: str) -> str:
    """张** for 张三丰; a name of one character is hidden altogether."""
    name = name.strip()
    return "*" if len(name) == 1 else name[:1] + "*" * (len(name) - 1)


def masked_code(code: str) -> str:
    """9133**********058B: the first and last four characters; a short code is hidden altogether."""
    return "*" * len(code) if len(code) <= 8 else f"{code[:4]}{'*' * (len(code) - 8)}{code[-4:]}"


def _bare(text: str) -> str:
    """Half-width, without the spaces, dashes and brackets people write between groups."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text))


def _credit_problem(code: str) -> str | None:
    if not code:
        return "还没有填写统一社会信用代码。"
    if re.fullmatch(r"[0-9]{15}", code):
        return "这是 15 位的旧工商注册号，可以先提交，工作人员会核对并换成 18 位的统一社会信用代码。"
    if len(code) != 18:
        return f"统一社会信用代码应为 18 位，您填的是 {len(code)} 位，请对照营业执照核对。"
    if strange := "、".join(dict.fromkeys(char for char in code if char not in _CREDIT_ALPHABET)):
        return f"统一社会信用代码里不会出现“{strange}”，请对照营业执照核对。"
    values = [_CREDIT_ALPHABET.index(char) for char in code]
    total = sum(value * weight for value, weight in zip(values[:17], _CREDIT_WEIGHTS, strict=True))
    if values[17] != -total % 31:
        return "统一社会信用代码的最后一位校验码对不上，请对照营业执照核对；如果确实如此，可以先提交，由工作人员确认。"
    return None


def _phone_problem(digits: str) -> str:
    if not digits:
        return "没有看到电话号码。"
    if not re.fullmatch(r"[0-9]+", digits):
        return "电话号码里只能有数字。"
    if _HOTLINE.fullmatch(digits):
        return f"{digits} 是服务热线，不能用来联系您。"
    if len(digits) in (7, 8) and digits[0] in "2345678":
        return "座机号码前少了区号。"
    if digits.startswith("1"):
        return f"手机号应为 11 位，您填的是 {len(digits)} 位。" if len(digits) != 11 else "没有以这三位开头的手机号。"
    return "这个号码看起来不完整。"
