"""Turn claims of which the truth is known into a report of what the citation check shows of them."""

import dataclasses
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from knowledge.passage import Passage
from knowledge.words import terms
from support_bot.answering.checking.attribution import Judge, Judged
from support_bot.answering.checking.claims import ClaimSplitter
from support_bot.evaluation.claims import Claim, Kind
from support_bot.evaluation.metrics import Estimate, estimate


@dataclass(frozen=True, slots=True)
class Shown:
    """How many claims of a kind there were, and which share of them was shown."""

    claims: int
    share: Estimate


@dataclass(frozen=True, slots=True)
class CitationsReport:
    """How often what is supported is shown and what is not is withheld, whatever passage is cited."""

    dataset: str
    shown: Mapping[Kind, Shown]
    span_f1: Estimate | None  # words of the quote against those that somebody named as evidence; None: nobody did
    milliseconds: Mapping[str, float]  # to check one claim against its passages, at percentiles

    def to_json(self) -> str:
        """Return the report as one JSON object on one line."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)

    def lines(self) -> Iterator[str]:
        """Yield the report as lines for a terminal."""
        yield f"{self.dataset}: what is shown of answers and of their corruptions, each citing at random"
        yield ""
        yield f"{'claims':<16} {'number':>6}  {'shown':>5}  95 % interval"
        for kind, found in self.shown.items():
            share = found.share
            yield f"{kind:<16} {found.claims:>6}  {share.mean:5.3f}  {share.low:.3f} to {share.high:.3f}"
        yield ""
        if self.span_f1 is not None:
            yield f"Quotes have {self.span_f1.mean:.3f} F1 of the words that support the claim."
        yield "Checking a claim takes {p50:.1f} ms (median), {p95:.1f} ms (95th percentile).".format(
            **self.milliseconds
        )


def citations_report(name: str, claims: Sequence[Claim], *, own_names: Sequence[str] = ()) -> CitationsReport:
    """Return what the check shows of the claims of a dataset with this name. There must be a claim."""
    chance = np.random.default_rng(0)
    shown: dict[Kind, list[float]] = {kind: [] for kind in get_args(Kind)}
    overlaps, taken = [], []
    judges: dict[tuple[Passage, ...], Judge] = {}
    for claim in claims:
        judge = judges.setdefault(claim.passages, Judge(claim.passages, own_names=own_names))
        started = time.perf_counter()
        judged = _judged(claim, judge, cited=int(chance.integers(len(claim.passages))) + 1)
        taken.append((time.perf_counter() - started) * 1_000)
        shown[claim.kind].append(float(bool(judged.supports)))
        if judged.supports and claim.evidence:
            overlaps.append(_overlap(judged, claim))
    return CitationsReport(
        dataset=name,
        shown={kind: Shown(len(values), estimate(values)) for kind, values in shown.items() if values},
        span_f1=estimate(overlaps) if overlaps else None,
        milliseconds={"p50": float(np.percentile(taken, 50)), "p95": float(np.percentile(taken, 95))},
    )


def _judged(claim: Claim, judge: Judge, *, cited: int) -> Judged:
    """Return the judgement of a claim as a model would write it: on one line, with a mark."""
    splitter = ClaimSplitter()
    [[piece, *_], *_] = [*splitter.feed(f"{' '.join(claim.text.split())} [{cited}]"), *splitter.flush()]
    return judge.judged(dataclasses.replace(piece, text=claim.text))


def _overlap(judged: Judged, claim: Claim) -> float:
    """Return the F1 of the words that are quoted against those of the evidence."""
    quoted = {
        term
        for position, support in judged.supports[:1]
        for term in terms(claim.passages[position].text[support.start : support.end])
    }
    evidence = set(terms(claim.evidence))
    return 2 * len(quoted & evidence) / (len(quoted) + len(evidence))
