import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_bot.answering.checking.numbers import Number, numbers_in, periods_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("US$1,500.00", [("1500", "$")]),
        ("NT$ 2,000 or ２，０００元", [("2000", "元"), ("2000", "元")]),
        ("within 3-5 business days", [("3", "business day"), ("5", "business day")]),
        ("12 % of 2.5 GB", [("12", "%"), ("2.5", "GB")]),
        ("five minutes", [("5", "minute")]),
        ("2 million", [("2000000", "")]),
        ("twenty-five days, thirty one seats", [("25", "day"), ("31", "")]),
        ("two hundred guests", [("200", "")]),
        ("half an hour", [(".5", "hour")]),
        ("半小時", [(".5", "hour")]),
        ("百分之二十", [("20", "%")]),
        ("a dozen keys, a couple of days", [("12", ""), ("2", "")]),
        ("twice on both sides, half of it", [("2", ""), ("2", ""), (".5", "")]),
        ("both the card and the code", []),
        ("25萬元", [("250000", "元")]),
        ("十五天內", [("15", "day")]),
        ("二〇二四年", [("2024", "year")]),
        ("第十五個步驟, 二十五個", [("25", "")]),
        ("一" * 5_000 + "個", [("1" * 5_000, "")]),
        ("Feb. 7, 2026", [("7", ""), ("2026", ""), ("2", "month of the year")]),
        ("2月7日", [("2", "month of the year"), ("7", "day")]),
        ("9:00 am and 17:30", [("9", "am"), ("17:30", "")]),
        ("version 3.11.2", [("3.11.2", "")]),
        ("the A4 page, key F1, 十分重要, 千萬不要", []),
        ("1. Open it\n2) Close it", []),
    ],
)
def test_a_number_is_its_value_and_unit_however_it_is_written(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(number.value, number.unit) for number in numbers_in(text)] == expected


@pytest.mark.parametrize(
    "text", ["$20 per month", "$20/mo", "20 dollars a month", "billed monthly", "每月 20 元", "20 元/月"]
)
def test_a_period_is_the_same_however_it_is_written(text: str) -> None:
    assert periods_in(text) == {"month"}


def test_a_duration_is_no_period() -> None:
    assert not periods_in("within a month, 14 days or 三十天")


def test_a_number_without_unit_agrees_with_any_unit() -> None:
    assert Number("5", "").agrees_with(Number("5", "day"))
    assert not Number("5", "hour").agrees_with(Number("5", "day"))
    assert not Number("5", "day").agrees_with(Number("6", "day"))


@pytest.mark.parametrize(
    ("one", "other"),
    [("half an hour", "30 minutes"), ("two weeks", "14 days"), ("12 months", "one year"), ("半小時", "30 分鐘")],
)
def test_a_duration_agrees_with_itself_in_another_unit(one: str, other: str) -> None:
    [first], [second] = numbers_in(one), numbers_in(other)
    assert first.agrees_with(second)
    assert not first.agrees_with(second._replace(value="31"))


def test_long_numbers_stay_exact() -> None:
    assert numbers_in("9" * 5000)[0].value == "9" * 5000


@given(st.text())
def test_any_text_has_some_or_no_numbers(text: str) -> None:
    assert all(number.value for number in numbers_in(text))
