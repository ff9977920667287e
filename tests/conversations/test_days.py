"""Days and hours as people type them."""

from datetime import date, time

import pytest

from handlers.days import day_of, hour_of

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("今天", date(2026, 11, 24)),
        ("明天", date(2026, 11, 25)),
        ("大后天", date(2026, 11, 27)),
        ("周四", date(2026, 11, 26)),
        ("星期二", date(2026, 11, 24)),
        ("周一", date(2026, 11, 30)),
        ("下周四", date(2026, 12, 3)),
        ("这周日", date(2026, 11, 29)),
        ("26号", date(2026, 11, 26)),
        ("３号", date(2026, 12, 3)),
        ("31日", date(2026, 12, 31)),
        ("十二月三号", date(2026, 12, 3)),
        ("11月26日 周四", date(2026, 11, 26)),
        ("11-26", date(2026, 11, 26)),
        ("1月5日", date(2027, 1, 5)),
        ("2027年1月5日", date(2027, 1, 5)),
        ("2027-01-05", date(2027, 1, 5)),
    ],
)
def test_a_day_is_understood(typed: str, day: date) -> None:
    assert day_of(typed, TUESDAY) == (day, "")


@pytest.mark.parametrize("typed", ["", "随便", "13月1日", "0号", "32号", "2月30日", "周八", "谢谢"])
def test_what_is_no_day_is_not_guessed(typed: str) -> None:
    assert day_of(typed, TUESDAY) is None


def test_what_follows_the_day_is_handed_back() -> None:
    assert day_of("11月27日 10:00", TUESDAY) == (date(2026, 11, 27), "10:00")
    assert day_of("周四不行", TUESDAY) == (date(2026, 11, 26), "不行")


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("9:00", time(9)),
        ("14：30", time(14, 30)),
        ("九点", time(9)),
        ("下午两点半", time(14, 30)),
        ("上午10点", time(10)),
        ("十一点二十分", time(11, 20)),
        ("晚上7点", time(19)),
    ],
)
def test_an_hour_is_understood(typed: str, hour: time) -> None:
    assert hour_of(typed) == hour


@pytest.mark.parametrize("typed", ["", "25:00", "9:70", "早点", "9", "下午"])
def test_what_is_no_hour_is_not_guessed(typed: str) -> None:
    assert hour_of(typed) is None
