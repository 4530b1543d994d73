"""Turn cases into a calibration of the confidence, and probabilities into how well they tell and how far they are true.

Cases are weighed as traffic of which four questions in five have an answer, and of the others as many are near as far.
"""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from support_bot.evaluation.abstention import Case
from support_bot.evaluation.metrics import Estimate
from support_bot.retrieval.confidence import Calibration, Coefficients, Evidence, evidence_of, probability

Column = np.ndarray[tuple[int], np.dtype[np.float64]]

_BINS = 10
_ANSWERABLE = 0.8  # of the questions that customers send
_FEWEST = 20  # cases of either sort, below which nothing is fitted
_FOLDS = 5
_RESAMPLES = 200
_SEED = 20_240_501
_STEPS = 25  # of Newton's method
_ROUNDS = 10  # which passage is best depends on the coefficients: both are settled in turn


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases of about the same probability."""

    cases: int
    probability: float  # their mean
    answerable: float  # the share of them that has an answer: the same, were the probability true


def weights(cases: Sequence[Case]) -> Column:
    """Return what each case weighs; their mean is 1."""
    counts = Counter(case.kind for case in cases)
    negatives = max(len(counts) - ("answerable" in counts), 1)
    shares = {kind: _ANSWERABLE if kind == "answerable" else (1 - _ANSWERABLE) / negatives for kind in counts}
    found = np.array([shares[case.kind] / counts[case.kind] for case in cases], dtype=np.float64)
    return found * (len(found) / max(float(found.sum()), 1e-9))


def probabilities(cases: Sequence[Case], calibration: Calibration) -> Column:
    """Return each case's probability of having an answer."""
    odds = (max(map(calibration.log_odds, case.hits)) for case in cases)
    return np.array([probability(value) for value in odds], dtype=np.float64)


def cross_validated(cases: Sequence[Case], *, prior: Calibration) -> Column:
    """Return each case's probability by a fit on the other four fifths of the cases."""
    folds = np.random.default_rng(_SEED).permutation(len(cases)) % _FOLDS
    found = np.zeros(len(cases))
    for fold in range(_FOLDS):
        calibration = fitted([case for case, own in zip(cases, folds, strict=True) if own != fold], prior=prior)
        rows = np.flatnonzero(folds == fold).tolist()
        found[rows] = probabilities([cases[row] for row in rows], calibration)
    return found


def fitted(cases: Sequence[Case], *, prior: Calibration) -> Calibration:
    """Return the calibration under which each case's best passage tells most; few cases stay near the prior."""
    by_meaning = [case for case in cases if case.by_meaning]
    if prior.across is not None:  # which judges passages in another script, and stays as it is
        within = (tuple(hit for hit in case.hits if not hit.is_across) for case in by_meaning)
        by_meaning = [
            dataclasses.replace(case, hits=hits) for case, hits in zip(by_meaning, within, strict=True) if hits
        ]
    by_words = [case for case in cases if not case.by_meaning]
    return Calibration(
        by_meaning=coefficients(by_meaning, weights(by_meaning), prior=prior.by_meaning),
        by_words=coefficients(by_words, weights(by_words), prior=prior.by_words),
        across=prior.across,
    )


def coefficients(cases: Sequence[Case], weights: Column, *, prior: Coefficients, penalty: float = 1.0) -> Coefficients:
    """Return the coefficients of the cases' best passages; too few cases leave the prior as it is."""
    answerable = np.array([case.kind == "answerable" for case in cases], dtype=np.float64)
    if min(answerable.sum(), len(cases) - answerable.sum()) < _FEWEST:
        return prior
    found = prior
    for _ in range(_ROUNDS):
        best = np.array([_best(case, found) for case in cases])
        found = _regression(best, answerable, weights, prior=prior, penalty=penalty)
    return found


def auroc(above: Column, below: Column) -> Estimate:
    """Return the chance that a value of the first is above one of the second, ties counting half, and its interval."""
    chance = np.random.default_rng(_SEED)
    draws = [_above(chance.choice(above, above.size), chance.choice(below, below.size)) for _ in range(_RESAMPLES)]
    low, high = np.percentile(draws, (2.5, 97.5))
    return Estimate(mean=_above(above, below), low=float(low), high=float(high))


def reliability(probabilities: Column, answerable: Column, weights: Column) -> list[Bin]:
    """Return the reliability curve in bins of equal weight, least probable first."""
    order = np.argsort(probabilities, kind="stable")
    shares = np.cumsum(weights[order]) / weights.sum()
    places = np.minimum((shares * _BINS - 1e-9).astype(int), _BINS - 1)
    bins = []
    for place in np.unique(places):
        rows = order[places == place]
        mean = float(np.average(probabilities[rows], weights=weights[rows]))
        bins.append(Bin(len(rows), mean, float(np.average(answerable[rows], weights=weights[rows]))))
    return bins


def calibration_error(probabilities: Column, answerable: Column, weights: Column) -> float:
    """Return the mean distance between the bins' probabilities and the shares that have an answer."""
    return float(
        np.mean([abs(bin.probability - bin.answerable) for bin in reliability(probabilities, answerable, weights)])
    )


def coverage_at(precision: float, probabilities: Column, answerable: Column, weights: Column) -> tuple[float, float]:
    """Return the largest share of questions that can be answered with this precision, and the threshold for it.

    (0, 1) when no threshold reaches the precision.
    """
    order = np.argsort(-probabilities, kind="stable")
    answered = np.cumsum(weights[order])
    right = np.cumsum(weights[order] * answerable[order]) / answered
    reached = np.flatnonzero(right >= precision)
    if not reached.size:
        return 0.0, 1.0
    return float(answered[reached[-1]] / weights.sum()), float(probabilities[order[reached[-1]]])


def _best(case: Case, coefficients: Coefficients) -> Evidence:
    return max(map(evidence_of, case.hits), key=coefficients.log_odds)


def _above(above: Column, below: Column) -> float:
    return float(np.mean((above[:, None] > below) + 0.5 * (above[:, None] == below)))


def _regression(
    rows: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    answerable: Column,
    weights: Column,
    *,
    prior: Coefficients,
    penalty: float,
) -> Coefficients:
    """Return the weighted logistic regression, its slopes held to the prior's, by Newton's method."""
    inputs = np.column_stack([rows, np.ones(len(rows))])
    centre = np.array([*(getattr(prior, name) for name in Evidence._fields), prior.constant], dtype=np.float64)
    held = np.array([*[penalty] * rows.shape[1], 1e-6])
    slopes = np.zeros_like(centre)  # from here Newton's steps do not overshoot
    for _ in range(_STEPS):
        expected = 1 / (1 + np.exp(-inputs @ slopes))
        gradient = inputs.T @ (weights * (answerable - expected)) - held * (slopes - centre)
        curvature = (inputs.T * (weights * expected * (1 - expected))) @ inputs + np.diag(held)
        slopes = slopes + np.linalg.solve(curvature, gradient)
    *found, constant = map(float, slopes)
    return Coefficients(**dict(zip(Evidence._fields, found, strict=True)), constant=constant)
