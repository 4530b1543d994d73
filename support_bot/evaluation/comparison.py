"""Turn two runs over the same questions into the difference between them, question by question.

Both runs meet the same easy and hard questions, so the interval of the paired difference is far narrower than the
intervals of the two means: it tells apart what those leave open.
"""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from support_bot.evaluation.datasets import Dataset
from support_bot.evaluation.metrics import METRICS, Estimate, estimate
from support_bot.evaluation.runs import Run


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric of two runs."""

    first: float
    second: float
    gain: Estimate  # of the first over the second, a mean over the questions
    better: int  # questions on which the first is better
    worse: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over a dataset's questions. A question that a run leaves out found nothing."""

    dataset: str
    queries: int
    metrics: Mapping[str, Difference]

    def to_json(self) -> str:
        """Return the comparison as one JSON object on one line."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)

    def lines(self) -> Iterator[str]:
        """Yield the comparison as lines for a terminal."""
        yield f"{self.dataset}: {self.queries} questions, this run against the other"
        yield ""
        yield f"{'metric':<10}  {'this':>5}  {'other':>5}  {'gain':>6}  95 % interval     better  worse"
        for name, found in self.metrics.items():
            interval = f"{found.gain.low:+.3f} to {found.gain.high:+.3f}"
            yield (
                f"{name:<10}  {found.first:5.3f}  {found.second:5.3f}  {found.gain.mean:+6.3f}  {interval}  "
                f"{found.better:6}  {found.worse:5}"
            )


def comparison(dataset: Dataset, first: Run, second: Run) -> Comparison:
    """Return the gain of the first run over the second."""
    return Comparison(
        dataset=dataset.name,
        queries=len(dataset.queries),
        metrics={name: _difference(dataset, first, second, name) for name in METRICS},
    )


def _difference(dataset: Dataset, first: Run, second: Run, name: str) -> Difference:
    metric = METRICS[name]
    ours = [metric(first.get(query.id, ()), query.relevance) for query in dataset.queries]
    theirs = [metric(second.get(query.id, ()), query.relevance) for query in dataset.queries]
    gains = [one - other for one, other in zip(ours, theirs, strict=True)]
    return Difference(
        first=sum(ours) / len(ours),
        second=sum(theirs) / len(theirs),
        gain=estimate(gains),
        better=sum(gain > 0 for gain in gains),
        worse=sum(gain < 0 for gain in gains),
    )
