"""Turn cases and their probabilities into how well the product knows what it cannot answer."""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from support_bot.evaluation.abstention import Case
from support_bot.evaluation.calibration import Bin, Column, auroc, calibration_error, coverage_at, reliability, weights
from support_bot.evaluation.metrics import Estimate


@dataclass(frozen=True, slots=True)
class AbstentionReport:
    """How well probabilities tell questions with an answer from those without, and how far they are true."""

    dataset: str
    cases: Mapping[str, int]  # of each kind
    fitted: bool  # whether the probabilities are of a fit on these questions, each by the other four fifths
    auroc: Mapping[str, Estimate]  # of the answerable against each other kind
    calibration_error: float
    precision: float  # the aim
    coverage: float  # the share of questions that can be answered with it
    threshold: float  # the SUPPORT_BOT_MIN_CONFIDENCE for it
    reliability: tuple[Bin, ...]

    def to_json(self) -> str:
        """Return the report as one JSON object on one line."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)

    def lines(self) -> Iterator[str]:
        """Yield the report as lines for a terminal."""
        yield f"{self.dataset}: " + ", ".join(f"{count} {kind}" for kind, count in self.cases.items())
        yield ""
        for kind, found in self.auroc.items():
            yield f"AUROC against {kind:<5} {found.mean:.3f}  {found.low:.3f} to {found.high:.3f}"
        yield f"Calibration error   {self.calibration_error:.3f}"
        yield ""
        if self.coverage:
            yield f"{self.precision:.0%} of the answers are right when {self.coverage:.0%} of the questions are"
            yield f"answered, with SUPPORT_BOT_MIN_CONFIDENCE={self.threshold:.2f}"
        else:
            yield f"No threshold makes {self.precision:.0%} of the answers right."
        yield ""
        yield "probability  answerable  questions"
        for found_bin in self.reliability:
            yield f"{found_bin.probability:11.2f}  {found_bin.answerable:10.2f}  {found_bin.cases:9}"


def abstention_report(
    name: str, cases: Sequence[Case], probabilities: Column, *, precision: float, fitted: bool
) -> AbstentionReport:
    """Return the report over the cases of a dataset."""
    kinds = np.array([case.kind for case in cases])
    answerable = (kinds == "answerable").astype(np.float64)
    weighed = weights(cases)
    coverage, threshold = coverage_at(precision, probabilities, answerable, weighed)
    return AbstentionReport(
        dataset=name,
        cases=dict(Counter(case.kind for case in cases)),
        fitted=fitted,
        auroc={
            kind: auroc(probabilities[kinds == "answerable"], probabilities[kinds == kind])
            for kind in ("near", "far")
            if (kinds == kind).any() and answerable.any()
        },
        calibration_error=calibration_error(probabilities, answerable, weighed),
        precision=precision,
        coverage=coverage,
        threshold=threshold,
        reliability=tuple(reliability(probabilities, answerable, weighed)),
    )
