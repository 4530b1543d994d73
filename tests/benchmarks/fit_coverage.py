"""Turn datasets with judged sentences into coefficients like those of `support_bot.answering.checking.coverage`.

    python -m tests.benchmarks.fit_coverage DATASET... --data DIR

Held against each other are judged sentences that are supported, and corruptions of them that only coverage tells:
stitched halves and misattributed sentences. Each is seen by the window of its passages that scores best. The
coefficients are fitted to one half of the questions at a time and tried on both, since few sentences fit anything.

The constants in use were rounded by hand between such fits: none is to be read as exact. The bounds of
`support_bot.answering.support` (how much of a clause, what is a near copy) were set by hand.
"""

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.embeddings import embeddings_named
from knowledge.settings import KnowledgeSettings
from support_bot.answering.checking.coverage import CHARACTERS, WORDS, Coefficients, Shares, windows
from support_bot.answering.checking.evidence import Evidence
from support_bot.answering.checking.facts import facts
from support_bot.evaluation.claims import Claim, claims
from support_bot.evaluation.datasets import dataset, judged_claims
from support_bot.evaluation.retrieval import indexed

_KINDS = ("supported", "stitched", "misattributed")
_ROUNDS = 60
_PENALTY = 0.01


@dataclass(frozen=True, slots=True)
class _Seen:
    """A claim, the half that its question is in, and what the best window covers of it."""

    kind: str
    half: int
    is_cjk: bool
    shares: Shares


def main() -> None:
    """Index, fit and print."""
    parser = argparse.ArgumentParser(description="Fit how sure a claim is by what a passage's sentences cover of it.")
    parser.add_argument("datasets", type=Path, nargs="+", metavar="DATASET")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data directory to index below")
    options = parser.parse_args()
    seen = [each for folder in options.datasets for each in _seen_in(folder, data_dir=options.data)]
    for name, is_cjk, used in (("words", False, WORDS), ("characters", True, CHARACTERS)):
        own = [each for each in seen if each.is_cjk == is_cjk]
        print(f"{name}: {len(own)} claims")
        _print_shown("in use", used, own)
        for half in (0, 1):
            part = [each for each in own if each.half == half]
            if {each.kind for each in part} >= {"supported", "misattributed"}:
                _print_shown(f"fitted to half {half}", _fitted(part), own)


def _seen_in(folder: Path, *, data_dir: Path) -> Iterator[_Seen]:
    measured, settings = dataset(folder), KnowledgeSettings()
    indexed(measured, data_dir=data_dir)
    embeddings = embeddings_named(settings.embedding_model, multilingual=settings.embedding_multilingual, threads=1)
    for claim in claims(measured, judged_claims(folder), data_dir=data_dir, embeddings=embeddings):
        if claim.kind in _KINDS:
            half = hashlib.sha256(claim.query.encode()).digest()[-1] % 2
            yield _Seen(claim.kind, half, facts(claim.text).is_cjk, _best(claim))


def _best(claim: Claim) -> Shares:
    claimed = facts(claim.text)
    evidence = [
        Evidence(passage.text, context="\n".join((passage.title, *passage.headings, passage.url)))
        for passage in claim.passages
    ]
    found = [
        window
        for place, each in enumerate(evidence)
        if each.is_cjk == claimed.is_cjk
        for window in windows(claimed, each, others=[*evidence[:place], *evidence[place + 1 :]])
    ]
    return max(found, key=lambda window: window.score).shares if found else Shares(0.0, 0.0, 0.0)


def _fitted(seen: Sequence[_Seen]) -> Coefficients:
    """Return a logistic regression in which supported claims weigh as much as all others, and these alike by kind."""
    columns = np.array([(*each.shares, 1.0) for each in seen])
    is_supported = np.array([float(each.kind == "supported") for each in seen])
    counts = {kind: sum(each.kind == kind for each in seen) for kind in _KINDS}
    others = sum(1 for kind, count in counts.items() if count and kind != "supported")
    weight = np.array([1 / counts[each.kind] * (others if each.kind == "supported" else 1) for each in seen])
    weight *= len(seen) / weight.sum()
    found = np.zeros(columns.shape[1])
    for _ in range(_ROUNDS):
        likely = 1 / (1 + np.exp(-columns @ found))
        slope = columns.T @ (weight * (is_supported - likely)) - _PENALTY * found
        bend = (columns.T * (weight * likely * (1 - likely))) @ columns + _PENALTY * np.eye(len(found))
        found += np.linalg.solve(bend, slope)
    covered, weakest, elsewhere, constant = map(float, found)
    return Coefficients(covered, weakest, elsewhere, constant)


def _print_shown(name: str, coefficients: Coefficients, seen: Sequence[_Seen]) -> None:
    """Print what would be shown of each kind, by half, were coverage all that is looked at."""
    print(f"  {name}: " + ", ".join(f"{field} {value:+.1f}" for field, value in coefficients._asdict().items()))
    for half in (0, 1):
        shown = []
        for kind in _KINDS:
            own = [coefficients.probability(each.shares) for each in seen if (each.kind, each.half) == (kind, half)]
            shown += [f"{kind} {np.mean(np.array(own) > 0.5):.3f} of {len(own)}"] if own else []
        print(f"    half {half} shows " + ", ".join(shown))


if __name__ == "__main__":
    main()
