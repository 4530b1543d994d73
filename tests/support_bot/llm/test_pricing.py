import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_bot.llm.pricing import Prices

_TOKENS = st.integers(0, 1_000_000)


def test_a_million_tokens_of_each_sort_cost_the_listed_prices() -> None:
    prices = Prices(input=0.60, output=2.00, cached_input=0.12)

    assert prices.cost(input_tokens=1_000_000, cached_tokens=0, output_tokens=0) == pytest.approx(0.60)
    assert prices.cost(input_tokens=1_000_000, cached_tokens=1_000_000, output_tokens=0) == pytest.approx(0.12)
    assert prices.cost(input_tokens=0, cached_tokens=0, output_tokens=1_000_000) == pytest.approx(2.00)


def test_cached_tokens_are_part_of_the_input_and_are_not_paid_twice() -> None:
    assert Prices().cost(input_tokens=3_000, cached_tokens=2_000, output_tokens=500) == pytest.approx(
        (1_000 * 0.60 + 2_000 * 0.12 + 500 * 2.00) / 1_000_000
    )


def test_an_answer_without_tokens_is_free() -> None:
    assert Prices().cost(input_tokens=0, cached_tokens=0, output_tokens=0) == 0.0


@given(input_tokens=_TOKENS, cached_tokens=_TOKENS, output_tokens=_TOKENS)
def test_no_counts_that_an_endpoint_may_send_make_a_cost_below_zero(
    input_tokens: int, cached_tokens: int, output_tokens: int
) -> None:
    assert Prices().cost(input_tokens=input_tokens, cached_tokens=cached_tokens, output_tokens=output_tokens) >= 0.0
