"""Turn a ranking of articles and the judgements of one question into figures, and many figures into a mean.

The definitions are those of trec_eval: nDCG's gain is the judged relevance itself, its discount log2(rank + 1), and an
article that was not found counts as one that ranks nowhere.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Metric = Callable[[Sequence[str], Mapping[str, int]], float]

_RESAMPLES = 1_000
_SEED = 20_240_501
_INTERVAL = (2.5, 97.5)  # percentiles


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over questions, and the 95 % interval in which another sample of such questions would put it."""

    mean: float
    low: float
    high: float


def ndcg(ranking: Sequence[str], relevance: Mapping[str, int], *, depth: int) -> float:
    """Return the normalised discounted cumulative gain of the first so many articles: 1 is the best order possible."""
    ideal = sorted(relevance.values(), reverse=True)
    gains = [relevance.get(article, 0) for article in ranking]
    return _discounted(gains[:depth]) / _discounted(ideal[:depth])


def recall(ranking: Sequence[str], relevance: Mapping[str, int], *, depth: int) -> float:
    """Return the share of the relevant articles that are among the first so many."""
    return len(relevance.keys() & set(ranking[:depth])) / len(relevance)


def precision_at_1(ranking: Sequence[str], relevance: Mapping[str, int]) -> float:
    """Return 1 when the first article is relevant, else 0."""
    return float(bool(ranking) and ranking[0] in relevance)


def reciprocal_rank(ranking: Sequence[str], relevance: Mapping[str, int]) -> float:
    """Return 1 / the rank of the first relevant article, 0 when the ranking has none."""
    return next((1 / rank for rank, article in enumerate(ranking, start=1) if article in relevance), 0.0)


METRICS: Mapping[str, Metric] = {
    "nDCG@10": lambda ranking, relevance: ndcg(ranking, relevance, depth=10),
    "Recall@5": lambda ranking, relevance: recall(ranking, relevance, depth=5),
    "Recall@10": lambda ranking, relevance: recall(ranking, relevance, depth=10),
    "P@1": precision_at_1,
    "MRR": reciprocal_rank,
}
"""What is reported, in this order. `relevance` holds the relevant articles alone, and at least one."""


def estimate(values: Sequence[float]) -> Estimate:
    """Return the mean of at least one value with its bootstrap interval, the same at every call."""
    column = np.asarray(values, dtype=np.float64)
    rows = np.random.default_rng(_SEED).integers(column.size, size=(_RESAMPLES, column.size))
    low, high = np.percentile(column[rows].mean(axis=1), _INTERVAL)
    return Estimate(mean=float(column.mean()), low=float(low), high=float(high))


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
