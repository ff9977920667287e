"""Days and hours as people type them: “明天”, “下周四”, “26号”, “下午两点半”. Pure; days are the county's."""

import re
import unicodedata
from datetime import date, time, timedelta

_NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SPELT = re.compile(r"([一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])(?=[月日号点分])")
_NEAR = {"今天": 0, "明天": 1, "后天": 2, "大后天": 3}
_WEEK = re.compile(r"(下个?|这个?|本)?(?:周|星期|礼拜)([一二三四五六日天1-7])")
_FULL = re.compile(r"(\d{4})[年\-/.](\d{1,2})[月\-/.](\d{1,2})[日号]?")
_MONTH_DAY = re.compile(r"(\d{1,2})[月\-/.](\d{1,2})[日号]?")
_DAY = re.compile(r"(\d{1,2})[日号]")
_TAIL = re.compile(r"[(]?(?:周|星期)[一二三四五六日天][)]?")
_HOUR = re.compile(r"(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上)?(\d{1,2})(?::(\d{2})|点(?:钟|(半)|(\d{1,2})分?)?)")
_AFTERNOON = frozenset({"下午", "傍晚", "晚上"})


def day_of(text: str, today: date) -> tuple[date, str] | None:
    """Return the day that the text begins with, and the rest of the text; None when it begins with none.

    A day without its year or month is the next one, today included; “下周” is the week from next Monday on.
    """
    plain = _plain(text)
    for read in (_near, _week, _full, _month_day, _day):
        found = read(plain, today)
        if found:
            day, rest = found
            tail = _TAIL.match(rest)
            return day, rest[tail.end() :] if tail else rest
    return None


def hour_of(text: str) -> time | None:
    """Return the time of day that the whole text names, such as “14:30”, “2点半” (02:30) or “下午2点”; else None."""
    found = _HOUR.fullmatch(_plain(text))
    if not found:
        return None
    part, hour, minutes, half, spoken = found.groups()
    clock_hour = int(hour) + (12 if part in _AFTERNOON and int(hour) < 12 else 0)
    minute = 30 if half else int(minutes or spoken or 0)
    return time(clock_hour, minute) if clock_hour < 24 and minute < 60 else None


def _plain(text: str) -> str:
    half_width = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return _SPELT.sub(lambda found: str(_number(found[0])), half_width)


def _number(spelt: str) -> int:
    tens, ten, ones = spelt.partition("十")
    if not ten:
        return _NUMERALS[spelt]
    return 10 * _NUMERALS.get(tens, 1) + _NUMERALS.get(ones, 0)


def _near(text: str, today: date) -> tuple[date, str] | None:
    word = next((word for word in _NEAR if text.startswith(word)), None)
    return (today + timedelta(days=_NEAR[word]), text[len(word) :]) if word else None


def _week(text: str, today: date) -> tuple[date, str] | None:
    found = _WEEK.match(text)
    if not found:
        return None
    which, name = found.groups()
    weekday = 6 if name in "日天" else "1234567".find(name) if name.isdecimal() else "一二三四五六".index(name)
    monday = today - timedelta(days=today.weekday())
    if which and which.startswith("下"):
        day = monday + timedelta(days=7 + weekday)
    elif which:
        day = monday + timedelta(days=weekday)
    else:
        day = today + timedelta(days=(weekday - today.weekday()) % 7)
    return day, text[found.end() :]


def _full(text: str, today: date) -> tuple[date, str] | None:
    found = _FULL.match(text)
    day = _made(int(found[1]), int(found[2]), int(found[3])) if found else None
    return (day, text[found.end() :]) if found and day else None


def _month_day(text: str, today: date) -> tuple[date, str] | None:
    found = _MONTH_DAY.match(text)
    if not found:
        return None
    coming = (_made(year, int(found[1]), int(found[2])) for year in (today.year, today.year + 1))
    day = next((day for day in coming if day and day >= today), None)
    return (day, text[found.end() :]) if day else None


def _day(text: str, today: date) -> tuple[date, str] | None:
    found = _DAY.match(text)
    if not found:
        return None
    months = (divmod(today.month - 1 + ahead, 12) for ahead in range(3))
    coming = (_made(today.year + years, month + 1, int(found[1])) for years, month in months)
    day = next((day for day in coming if day and day >= today), None)
    return (day, text[found.end() :]) if day else None


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
