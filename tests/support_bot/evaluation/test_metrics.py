import math

import pytest

from support_bot.evaluation.metrics import METRICS, estimate, ndcg, precision_at_1, recall, reciprocal_rank


def test_ndcg_of_the_best_order_is_one() -> None:
    assert ndcg(["a", "b", "c"], {"a": 2, "b": 1}, depth=10) == pytest.approx(1.0)


def test_ndcg_gains_the_relevance_itself_and_discounts_by_the_logarithm_of_the_rank() -> None:
    # Found: 1 at rank 1, 3 at rank 3. Best: 3 at rank 1, 1 at rank 2.
    expected = (1 / math.log2(2) + 3 / math.log2(4)) / (3 / math.log2(2) + 1 / math.log2(3))

    assert ndcg(["b", "x", "a"], {"a": 3, "b": 1}, depth=10) == pytest.approx(expected)
    assert expected == pytest.approx(0.688529, abs=1e-6)


def test_ndcg_counts_what_was_not_found_and_ignores_what_lies_below_the_depth() -> None:
    assert ndcg(["a"], {"a": 1, "b": 1}, depth=10) == pytest.approx(1 / (1 + 1 / math.log2(3)))
    assert ndcg(["x"] * 10 + ["a"], {"a": 1}, depth=10) == 0.0


def test_ndcg_expects_no_more_relevant_articles_than_its_depth_can_hold() -> None:
    assert ndcg(["a", "b"], {"a": 1, "b": 1, "c": 1}, depth=2) == pytest.approx(1.0)


def test_recall_is_the_share_of_the_relevant_articles_within_the_depth() -> None:
    ranking = ["x", "a", "y", "b"]

    assert recall(ranking, {"a": 1, "b": 1, "c": 2}, depth=2) == pytest.approx(1 / 3)
    assert recall(ranking, {"a": 1, "b": 1, "c": 2}, depth=5) == pytest.approx(2 / 3)


def test_precision_at_1_asks_only_for_the_first_article() -> None:
    assert precision_at_1(["a", "x"], {"a": 1}) == 1.0
    assert precision_at_1(["x", "a"], {"a": 1}) == 0.0
    assert precision_at_1([], {"a": 1}) == 0.0


def test_reciprocal_rank_is_that_of_the_first_relevant_article() -> None:
    assert reciprocal_rank(["x", "y", "b", "a"], {"a": 1, "b": 1}) == pytest.approx(1 / 3)
    assert reciprocal_rank(["x"], {"a": 1}) == 0.0


@pytest.mark.parametrize("metric", METRICS)
def test_finding_nothing_is_worth_nothing(metric: str) -> None:
    assert METRICS[metric]([], {"a": 1}) == 0.0


def test_an_estimate_is_the_mean_inside_an_interval_that_repeats() -> None:
    values = [0.0, 1.0] * 50

    first = estimate(values)

    assert first.mean == pytest.approx(0.5)
    assert first == estimate(values)
    # The standard error is .05; 95 % lie within 1.96 of it.
    assert first.low == pytest.approx(0.402, abs=0.02)
    assert first.high == pytest.approx(0.598, abs=0.02)


def test_an_estimate_of_equal_values_has_no_width() -> None:
    found = estimate([0.25] * 20)

    assert (found.low, found.mean, found.high) == (0.25, 0.25, 0.25)
