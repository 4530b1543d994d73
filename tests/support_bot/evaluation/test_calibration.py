import numpy as np
import pytest

from support_bot.evaluation.abstention import Case, Kind
from support_bot.evaluation.calibration import (
    auroc,
    calibration_error,
    coverage_at,
    cross_validated,
    fitted,
    probabilities,
    reliability,
    weights,
)
from support_bot.retrieval.confidence import SHIPPED, Evidence


def case(kind: Kind, coverage: float, *, by_meaning: bool = True) -> Case:
    weak = Evidence(cosine=0.0, coverage=0.0, cosine_lift=0.0, bm25_lift=0.0)
    return Case(kind, by_meaning, (weak, weak._replace(coverage=coverage)))


def some_cases(seed: int = 0) -> list[Case]:
    """Cases whose answer depends on the coverage alone, by odds that no calibration knows yet."""
    chance = np.random.default_rng(seed)
    coverages = chance.random(2_000).tolist()
    answered = (chance.random(2_000) < 1 / (1 + np.exp(-(np.array(coverages) * 8 - 4)))).tolist()
    return [case("answerable" if yes else "near", value) for yes, value in zip(answered, coverages, strict=True)]


def test_four_in_five_are_answerable_and_the_others_half_near_half_far() -> None:
    weighed = weights([case("answerable", 1), case("near", 0), case("far", 0), case("far", 0)])

    assert weighed.tolist() == pytest.approx([3.2, 0.4, 0.2, 0.2])


def test_a_cases_probability_is_that_of_its_best_passage() -> None:
    (found,) = probabilities([case("near", 0.9)], SHIPPED)
    odds = SHIPPED.by_meaning.coverage * 0.9 + SHIPPED.by_meaning.constant

    assert found == pytest.approx(1 / (1 + np.exp(-odds)))


def test_a_fit_finds_what_tells_and_makes_probabilities_true() -> None:
    cases = some_cases()
    answerable = np.array([case.kind == "answerable" for case in cases], dtype=np.float64)
    calibration = fitted(cases, prior=SHIPPED)
    found = cross_validated(cases, prior=SHIPPED)

    assert calibration.by_meaning.coverage == pytest.approx(8, rel=0.2)
    assert calibration_error(found, answerable, weights(cases)) < 0.05
    assert calibration_error(probabilities(cases, SHIPPED), answerable, weights(cases)) > 0.1


def test_too_few_cases_leave_the_calibration_as_it_is() -> None:
    few = [case("answerable", 1.0, by_meaning=False)] * 30 + [case("near", 0.0, by_meaning=False)] * 5

    assert fitted(few, prior=SHIPPED) == SHIPPED


def test_auroc_counts_ties_half_and_knows_its_interval() -> None:
    assert auroc(np.array([2.0, 3.0]), np.array([0.0, 1.0])).mean == 1.0
    assert auroc(np.array([1.0]), np.array([1.0])).mean == 0.5
    found = auroc(np.linspace(0.2, 1, 50), np.linspace(0, 0.8, 50))
    assert found.low < found.mean < found.high


def test_the_reliability_curve_has_bins_of_equal_weight_that_rise() -> None:
    values = np.linspace(0, 1, 100)
    bins = reliability(values, np.ones(100), np.ones(100))

    assert [found.cases for found in bins] == [10] * 10
    assert [found.probability for found in bins] == sorted(found.probability for found in bins)
    assert all(found.answerable == 1.0 for found in bins)


def test_coverage_is_as_large_as_the_precision_allows() -> None:
    answerable = np.array([1.0, 1.0, 0.0, 1.0, 0.0])
    values = np.array([0.9, 0.8, 0.7, 0.6, 0.5])

    assert coverage_at(0.75, values, answerable, np.ones(5)) == pytest.approx((0.8, 0.6))
    assert coverage_at(0.9, values, answerable, np.ones(5)) == pytest.approx((0.4, 0.8))
    assert coverage_at(0.9, values, np.zeros(5), np.ones(5)) == (0.0, 1.0)
