"""Takes personal numbers out of free text before it is stored or logged (PIPL 28, 51: ID and bank-card numbers,
telephones, addresses of mail and chat). Prefers hiding too much to too little, but leaves amounts, dates, article
numbers, hotlines and enterprise codes alone."""

from __future__ import annotations

import re
import unicodedata

from services.identifiers import credit_code

PHONE, ID, CARD, EMAIL, CHAT = "〔电话〕", "〔证件号〕", "〔银行卡号〕", "〔邮箱〕", "〔账号〕"
NUMBER = "〔号码〕"
"""What stands in place of each kind; no rule matches them, so masking twice changes nothing."""

_GAP = r"[ \t\u3000\xa0\u200b\-‐‑–—－_.．·]{0,3}"
_LETTER = r"A-Za-zＡ-Ｚａ-ｚ"
_WORD = rf"{_LETTER}\d_\-－"


def _spaced(*digits: str) -> str:
    """A pattern for these digits with at most a small gap before each but the first."""
    return _GAP.join(digits)


_DIGITS = r"\d"
_ONE, _ZERO, _NINE = "[1１]", "[0０]", "[3-9３-９]"
_EMAIL = re.compile(rf"[{_WORD}.+．]{{1,64}}[@＠](?:[{_WORD}]{{1,63}}[.．]){{1,5}}[{_LETTER}]{{2,24}}")
_CHAT = re.compile(
    rf"((?:微信|威信|薇信|[vV][信xX]|(?<![{_LETTER}])(?:wx|weixin|wechat)(?![a-z]))"
    rf"(?:号码?|[iI][dD]|账号)?[是为:：\s]{{0,3}})[{_LETTER}][{_WORD}]{{5,19}}"
    rf"|((?<![{_LETTER}])[qQＱ]{{2}}(?:号码?|群)?[是为:：\s]{{0,3}})\d{{5,12}}(?!\d)",
    re.IGNORECASE,
)
# Six of region, a date of birth, three of sequence and a check character, in any grouping.
_ID18 = re.compile(
    r"(?<!\d)"
    + _spaced("[1-9１-９]", *[_DIGITS] * 5, "(?:[1１]", "[89８９]|[2２]", "[0０])", *[_DIGITS] * 2)
    + _GAP
    + rf"(?:{_ZERO}{_GAP}\d|{_ONE}{_GAP}[0-2０-２]){_GAP}[0-3０-３]{_GAP}"
    + _spaced(*[_DIGITS] * 4, r"[\dXxＸｘ]")
    + r"(?!\d)"
)
_ID15 = re.compile(r"(?<!\d)[1-9１-９]\d{5}[ \-－]?\d{2}(?:[0０]\d|[1１][0-2０-２])[0-3０-３]\d[ \-－]?\d{3}(?!\d)")
# Both are kept whole: a date must not lend its digits to a telephone number next to it, and enterprise codes are public
# (only those that cannot be taken for an ID number or a card).
_DATE = re.compile(r"(?<!\d)(?:19|20)\d{2}([-/.])\d{1,2}\1\d{1,2}(?!\d)")
_CODE = re.compile(rf"(?<![{_LETTER}\d])(?:9[1-39]|[ANY][1-9])\d{{6}}[0-9A-Z]{{10}}(?![{_LETTER}\d])")
_PREFIX = rf"(?<!\d)(?:(?:[+＋]|00)?86{_GAP})?"
# The usual grouping first: otherwise a number that stands before it could borrow its first group.
_MOBILES = (
    re.compile(rf"{_PREFIX}{_ONE}{_NINE}\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)"),
    re.compile(_PREFIX + _spaced(_ONE, _NINE, *[_DIGITS] * 9) + r"(?!\d)"),
)
_LANDLINE = re.compile(
    rf"(?<!\d)[(（]?(?:[+＋]86[ \-]?)?{_ZERO}(?:[1１][0０]|[2２]\d|{_NINE}\d{{2}})[)）]?[ \-－–—]{{0,2}}"
    r"\d{3,4}[ \-－]?\d{4}(?:(?:转|[\-－])\d{1,5})?(?!\d)"
)
_NAMED = re.compile(
    r"((?:电话|座机|手机|联系方式|号码|[tT][eE][lL])(?:号码?)?[是为:：\s]{0,3})"
    r"(?:\d{7,8}|\d{3,4}[ \-－]\d{4})(?!\d)"
)
_LONG = re.compile(r"\d{12,}[XxＸｘ]?")
_GROUPS = re.compile(r"(?<!\d)\d+(?:[ \t\u3000\-－]\d+)+(?!\d)")
# Words made of digits: years, hotlines, round sums. A row of only these is no card number.
_ORDINARY = re.compile(r"(?:19|20)\d\d|1[12]\d|1[02]\d{3}|9[56]\d{3,4}|\d{1,6}00")


def mask(text: str) -> str:
    """The text with ID numbers, bank cards, telephones, e-mail and chat accounts replaced by what they are.

    Numbers are found in full width and with spaces or dashes between the digits, too. Idempotent.
    """
    text = _EMAIL.sub(EMAIL, text)
    text = _CHAT.sub(lambda found: f"{found[1] or found[2]}{CHAT}", text)
    text = _ID15.sub(ID, _ID18.sub(ID, text))
    return "".join(part if kept else _mask_numbers(part) for part, kept in _parts(text))


def _parts(text: str) -> list[tuple[str, bool]]:
    """The text cut at dates and valid enterprise codes, which are kept."""
    parts, position = [], 0
    for found in sorted((*_DATE.finditer(text), *_CODE.finditer(text)), key=re.Match.start):
        if found.start() < position or (found.re is _CODE and not credit_code(found[0]).valid):
            continue
        parts += [(text[position : found.start()], False), (found[0], True)]
        position = found.end()
    return [*parts, (text[position:], False)]


def _mask_numbers(text: str) -> str:
    for mobile in _MOBILES:
        text = mobile.sub(PHONE, text)
    text = _LANDLINE.sub(PHONE, text)
    text = _NAMED.sub(lambda found: f"{found[1]}{PHONE}", text)
    text = _LONG.sub(_long, text)
    return _GROUPS.sub(_grouped, text)


def _long(found: re.Match[str]) -> str:
    return CARD if 16 <= len(found[0]) <= 19 and found[0][-1].isdecimal() else NUMBER


def _grouped(found: re.Match[str]) -> str:
    """A card number written in groups; years, hotlines or sums in a row stay."""
    groups = re.findall(r"\d+", unicodedata.normalize("NFKC", found[0]))
    if not 15 <= sum(map(len, groups)) <= 19 or all(map(_ORDINARY.fullmatch, groups)):
        return found[0]
    return CARD
