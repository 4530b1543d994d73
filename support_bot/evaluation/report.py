"""Turn rankings and judgements into a table for a person or one JSON object for a program."""

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from support_bot.evaluation.comparison import Comparison
from support_bot.evaluation.datasets import Dataset
from support_bot.evaluation.metrics import METRICS, Estimate, estimate
from support_bot.evaluation.retrieval import Indexed, Ranking


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from question to passages, over the questions that were timed."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """How well, and how fast, a dataset's questions found the articles that answer them."""

    dataset: str
    queries: int
    articles: int
    passages: int
    embedded: int  # passages whose vector was not known yet
    left_out: tuple[str, ...]  # articles that could not be indexed, with the reason: no question finds them
    metrics: Mapping[str, Estimate]
    latency_ms: Latency
    comparison: Comparison | None = None  # with another run, when one was given

    def to_json(self) -> str:
        """Return the report as one JSON object on one line."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)

    def lines(self) -> Iterator[str]:
        """Yield the report as lines for a terminal."""
        yield f"{self.dataset}: {self.queries} questions, {self.articles} articles, {self.passages} passages"
        for article in self.left_out:
            yield f"  left out {article}"
        yield ""
        yield f"{'metric':<10}  {'mean':>5}  95 % interval"
        for name, figure in self.metrics.items():
            yield f"{name:<10}  {figure.mean:5.3f}  {figure.low:.3f} to {figure.high:.3f}"
        yield ""
        yield f"A question takes {self.latency_ms.p50:.0f} ms (median), {self.latency_ms.p95:.0f} ms (95th percentile)."
        if self.comparison is not None:
            yield ""
            yield from self.comparison.lines()


def report(
    dataset: Dataset,
    indexed: Indexed,
    rankings: Sequence[Ranking],
    *,
    milliseconds: Sequence[float],
    comparison: Comparison | None = None,
) -> RetrievalReport:
    """Return the report over the rankings of all the dataset's questions."""
    p50, p95 = np.percentile(milliseconds, (50, 95))
    return RetrievalReport(
        dataset=dataset.name,
        queries=len(rankings),
        articles=dataset.articles,
        passages=indexed.passages,
        embedded=indexed.embedded,
        left_out=tuple(f"{article.source}: {article.detail}" for article in indexed.failed),
        metrics={
            name: estimate([metric(ranking.articles, ranking.query.relevance) for ranking in rankings])
            for name, metric in METRICS.items()
        },
        latency_ms=Latency(p50=round(float(p50), 1), p95=round(float(p95), 1)),
        comparison=comparison,
    )
