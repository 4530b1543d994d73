"""Turn datasets into the coefficients of `support_bot.retrieval.confidence`, and say how well they tell.

    python -m tests.benchmarks.fit_confidence DATASET... --data DIR --far QUERIES...

Answerable: the right article is among the first five. Unanswerable, from near to far: the same questions with their
right articles taken out of what was found (near; some of what is left still answers, unjudged); questions in a small
knowledge base of the same subject without their articles (absent; the case that matters most); QUERIES that have
nothing to do with the subject (far). Small knowledge bases are built anew from forty of a dataset's articles.

The model is the one that KNOWLEDGE_EMBEDDING_MODEL names: each needs a fit of its own.
"""

import argparse
import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from langchain_core.documents import Document

from ingest.chunk import embedded_text
from knowledge.catalog import Catalog
from knowledge.documents import metadata_of
from knowledge.embedding_cache import EmbeddingCache
from knowledge.embeddings import SentenceTransformersEmbeddings, Vector, embeddings_named
from knowledge.generation import Generation, Index
from knowledge.search import Hit, search
from knowledge.settings import KnowledgeSettings
from support_bot.evaluation.abstention import DEEP, Case, case, case_as_asked, case_without_answer, questions_in
from support_bot.evaluation.calibration import Column, auroc, calibration_error, coefficients, coverage_at, reliability
from support_bot.evaluation.datasets import CORPUS, Dataset, Query, dataset
from support_bot.evaluation.retrieval import indexed, site_of
from support_bot.retrieval.confidence import Coefficients, evidence_of
from tests.benchmarks.throwaway import throwaway

Size = Literal["small", "whole"]
Kind = Literal["answerable", "near", "absent", "far"]

_QUESTIONS = 250  # of a dataset
_FAR = 60  # in a whole knowledge base; in a small one a sixth of it
_SMALL_BASES = 5
_SMALL_ARTICLES = 40
_ABSENT = 25  # in a small knowledge base

# How much each kind weighs within a dataset. Four of five questions that customers send have an answer; of the others
# as many are near as far, as `support_bot.evaluation.calibration` has it too.
_SHARES: dict[tuple[Size, Kind], float] = {
    ("small", "answerable"): 0.48,
    ("whole", "answerable"): 0.32,
    ("small", "absent"): 0.06,
    ("whole", "near"): 0.04,
    ("small", "far"): 0.05,
    ("whole", "far"): 0.05,
}
_THRESHOLDS = (0.2, 0.25, 0.3, 0.33, 0.4, 0.5)
_PENALTY = 1e-3
_SAMPLE = 600  # cases of a dataset, drawn by their shares, that calibration is measured on
_NONE = Coefficients(cosine=1.0, coverage=1.0, cosine_lift=0.0, bm25_lift=0.0, constant=0.0)  # where fitting begins


@dataclass(frozen=True, slots=True)
class Placed:
    """A case, where it is from, and what kind it is there: `absent` is near by its subject."""

    dataset: str
    size: Size
    kind: Kind
    case: Case


class RememberingEmbeddings(SentenceTransformersEmbeddings):
    """The model that the settings name, which embeds each question once however many knowledge bases it is asked of."""

    def __init__(self, embeddings: SentenceTransformersEmbeddings) -> None:
        super().__init__(embeddings.name, multilingual=False, threads=1)
        self._embeddings = embeddings
        self._vectors: dict[str, Vector] = {}

    def speaks(self, text: str) -> bool:
        """Whether the model may understand the text."""
        return self._embeddings.speaks(text)

    def question_vector(self, text: str) -> Vector:
        """Return the question's vector as float32, shape (dimensions,)."""
        if text not in self._vectors:
            self._vectors[text] = self._embeddings.question_vector(text)
        return self._vectors[text]


def cases(
    measured: Dataset, *, far: Sequence[str], data_dir: Path, embeddings: RememberingEmbeddings
) -> Iterator[Placed]:
    """Yield the cases that one dataset, which is indexed, gives in its whole and in small knowledge bases."""
    chance = random.Random(measured.name)
    queries = chance.sample(measured.queries, min(_QUESTIONS, len(measured.queries)))
    far = [text for text in far if embeddings.speaks(text) == embeddings.speaks(queries[0].text)]
    catalog = Catalog(data_dir / "evaluation", site_of(measured))
    cache = EmbeddingCache(data_dir / "evaluation" / "vectors", embeddings=embeddings)
    with closing(cache), closing(Generation.open(catalog.serving(), embedding_model=embeddings.name)) as opened:
        whole = opened.index("public")
        for query in queries:
            yield from _cases(query, measured.name, "whole", index=whole, embeddings=embeddings)
        for text in chance.sample(far, _FAR):
            yield from _case(measured.name, "whole", "far", _found(text, index=whole, embeddings=embeddings))
        for _ in range(_SMALL_BASES):
            present = _small_articles(queries, index=whole, chance=chance)
            absent = [query for query in queries if not present & query.relevance.keys()]
            with _small_index(present, index=whole, cache=cache) as small:
                for query in queries:
                    if present & query.relevance.keys():
                        yield from _cases(query, measured.name, "small", index=small, embeddings=embeddings)
                for query in chance.sample(absent, min(_ABSENT, len(absent))):
                    yield from _case(
                        measured.name, "small", "absent", _found(query.text, index=small, embeddings=embeddings)
                    )
                for text in chance.sample(far, _FAR // 6):
                    yield from _case(measured.name, "small", "far", _found(text, index=small, embeddings=embeddings))


def _cases(query: Query, name: str, size: Size, *, index: Index, embeddings: RememberingEmbeddings) -> Iterator[Placed]:
    hits = _found(query.text, index=index, embeddings=embeddings)
    for one in case_as_asked(query, hits):
        yield Placed(name, size, "absent" if one.kind == "near" and size == "small" else one.kind, one)
    if size == "whole":
        for one in case_without_answer(query, hits):
            yield Placed(name, size, "near", one)


def _found(text: str, *, index: Index, embeddings: RememberingEmbeddings) -> list[Hit]:
    return search(text, index=index, embeddings=embeddings, count=DEEP)


def _case(name: str, size: Size, kind: Kind, hits: Sequence[Hit]) -> Iterator[Placed]:
    for one in case("near" if kind == "absent" else kind, hits):
        yield Placed(name, size, kind, one)


def _small_articles(queries: Sequence[Query], *, index: Index, chance: random.Random) -> set[str]:
    """Return forty articles, half of them chosen because they answer a question."""
    every = [_article(document) for document in index.documents.all()]
    chosen: set[str] = set()
    for query in chance.sample(queries, len(queries)):
        if len(chosen) >= _SMALL_ARTICLES // 2:
            break
        chosen |= query.relevance.keys() & set(every)
    rest = [article for article in every if article not in chosen]
    return chosen | set(chance.sample(rest, max(_SMALL_ARTICLES - len(chosen), 0)))


@contextmanager
def _small_index(articles: set[str], *, index: Index, cache: EmbeddingCache) -> Iterator[Index]:
    documents = [document for document in index.documents.all() if _article(document) in articles]
    ids = {document.id for document in documents}
    passages = [passage for passage in index.documents.all_passages() if passage.document_id in ids]
    vectors = cache.vectors([embedded_text(passage) for passage in passages])
    with throwaway(documents, passages, vectors, embedding_model=cache.model) as small:
        yield small.index("public")


def _article(document: Document) -> str:
    return metadata_of(document)["source"].removeprefix(f"{CORPUS}#")


def fitted(cases: Sequence[Placed]) -> Coefficients:
    """Return the coefficients under which each case's best passage tells most about it."""
    return coefficients([placed.case for placed in cases], _weights(cases), prior=_NONE, penalty=_PENALTY)


def _odds(cases: Sequence[Placed], coefficients: Coefficients) -> Column:
    return np.array([max(map(coefficients.log_odds, map(evidence_of, placed.case.hits))) for placed in cases])


def _weights(cases: Sequence[Placed]) -> Column:
    """Return weights under which every dataset counts the same and its kinds have their shares; their mean is 1."""
    counts = Counter((placed.dataset, placed.size, placed.kind) for placed in cases)
    shares = [_SHARES[p.size, p.kind] / counts[p.dataset, p.size, p.kind] for p in cases]
    return np.array(shares) * (len(shares) / sum(shares))


def report(cases: Sequence[Placed], *, language: str) -> Iterator[str]:
    """Yield the coefficients, and how well each dataset's cases are told by a fit on the others' cases."""
    found = fitted(cases)
    yield f"{language}: {found}"
    drawn: list[tuple[Column, Column]] = []
    for name in sorted({placed.dataset for placed in cases}):
        others = [placed for placed in cases if placed.dataset != name]
        coefficients = fitted(others) if others else found
        own = [placed for placed in cases if placed.dataset == name]
        for size in ("small", "whole"):
            yield _told([placed for placed in own if placed.size == size], coefficients, label=f"{name}, {size}")
        drawn.append(_drawn(own, coefficients))
    probabilities, answerable = (np.concatenate(columns) for columns in zip(*drawn, strict=True))
    even = np.ones_like(probabilities)
    yield f"  each set left out: calibration error {calibration_error(probabilities, answerable, even):.3f}"
    coverage, threshold = coverage_at(0.9, probabilities, answerable, even)
    yield f"  90 % precision: {coverage:.2f} of the questions answered, at a threshold of {threshold:.2f}"
    for found_bin in reliability(probabilities, answerable, even):
        yield f"  {found_bin.cases:5} questions of {found_bin.probability:.2f}: {found_bin.answerable:.2f} answerable"
    yield "  share that passes each threshold, by the fit on all, a mean over the datasets"
    for threshold in _THRESHOLDS:
        shares = (f"{size} {kind} {_passing(cases, found, threshold, size, kind):.2f}" for size, kind in _SHARES)
        yield f"  {threshold:.2f}  " + ", ".join(shares)


def _drawn(cases: Sequence[Placed], coefficients: Coefficients) -> tuple[Column, Column]:
    """Return the probabilities, and which are answerable, of cases drawn by what their kinds weigh."""
    weights = _weights(cases)
    rows = np.random.default_rng(1).choice(len(cases), _SAMPLE, p=weights / weights.sum())
    answerable = np.array([placed.kind == "answerable" for placed in cases], dtype=np.float64)
    return (1 / (1 + np.exp(-_odds(cases, coefficients))))[rows], answerable[rows]


def _told(cases: Sequence[Placed], coefficients: Coefficients, *, label: str) -> str:
    answerable = _odds([placed for placed in cases if placed.kind == "answerable"], coefficients)
    told = []
    for kind in sorted({placed.kind for placed in cases} - {"answerable"}):
        odds = _odds([placed for placed in cases if placed.kind == kind], coefficients)
        found = auroc(answerable, odds)
        told.append(f"{kind} ({len(odds)}) {found.mean:.3f} [{found.low:.3f} to {found.high:.3f}]")
    return f"  {label:24} AUROC of answerable ({len(answerable)}) against {', '.join(told)}"


def _passing(cases: Sequence[Placed], coefficients: Coefficients, threshold: float, size: Size, kind: Kind) -> float:
    shares = []
    for name in {placed.dataset for placed in cases}:
        chosen = [p for p in cases if (p.dataset, p.size, p.kind) == (name, size, kind)]
        if chosen:
            shares.append(np.mean(_odds(chosen, coefficients) >= math.log(threshold / (1 - threshold))))
    return float(np.mean(shares))


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description="Fit the confidence that a question's passages suffice.")
    parser.add_argument("datasets", nargs="+", type=Path, metavar="DATASET")
    parser.add_argument("--far", nargs="+", type=Path, required=True, metavar="QUERIES", help="of other subjects")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data directory to index below")
    options = parser.parse_args()
    far = [text for file in options.far for text in questions_in(file)]
    settings = KnowledgeSettings()
    embeddings = RememberingEmbeddings(
        embeddings_named(settings.embedding_model, multilingual=settings.embedding_multilingual, threads=1)
    )
    found: list[Placed] = []
    for measured in map(dataset, options.datasets):
        indexed(measured, data_dir=options.data)
        found += cases(measured, far=far, data_dir=options.data, embeddings=embeddings)
    for language, by_meaning in (("by meaning", True), ("by words", False)):
        chosen = [placed for placed in found if placed.case.by_meaning == by_meaning]
        if chosen:
            print("\n".join(report(chosen, language=language)))


if __name__ == "__main__":
    main()
