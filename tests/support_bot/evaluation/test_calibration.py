import dataclasses

import numpy as np
import pytest

from knowledge.search import Background, Hit
from knowledge.settings import MULTILINGUAL_MODEL
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
from support_bot.retrieval.confidence import SHIPPED, probability, shipped
from tests.knowledge.passages import passage


def case(kind: Kind, coverage: float, *, by_meaning: bool = True) -> Case:
    weak = hit(0.0, cosine=0.0 if by_meaning else None)
    return Case(kind, by_meaning, (weak, dataclasses.replace(weak, coverage=coverage)))


def hit(coverage: float, *, cosine: float | None, is_across: bool = False) -> Hit:
    """A hit whose BM25 score and cosine do not rise above their background."""
    return Hit(
        passage("A passage."),
        score=1.0,
        cosine=cosine,
        bm25=0.0,
        coverage=coverage,
        titled=0.0,
        is_across=is_across,
        preference=0.0,
        background=Background(cosine=0.0, bm25=0.0, leaders=()),
    )


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


def test_a_passage_in_another_script_is_judged_as_it_is_where_answers_are_served() -> None:
    multilingual = shipped(MULTILINGUAL_MODEL)
    across = hit(0.0, cosine=0.83, is_across=True)

    assert probabilities([Case("answerable", True, (across,))], multilingual).tolist() == pytest.approx(
        [probability(multilingual.log_odds(across))]
    )


def test_passages_in_another_script_say_nothing_of_those_in_the_questions_own() -> None:
    prior = shipped(MULTILINGUAL_MODEL)
    cases = some_cases()
    misleading = [
        dataclasses.replace(case, hits=(*case.hits, hit(1.0, cosine=0.9, is_across=True)))
        if case.kind == "near"
        else case
        for case in cases
    ]

    assert fitted(misleading, prior=prior) == fitted(cases, prior=prior)
    assert fitted(misleading, prior=prior).across == prior.across


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
