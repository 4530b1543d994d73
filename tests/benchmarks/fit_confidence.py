"""Turn datasets into the coefficients of `support_bot.retrieval.confidence`, and say how well they tell.

    python -m tests.benchmarks.fit_confidence DATASET... --data DIR --far QUERIES...

Answerable: the right article is among the first five. Unanswerable, from near to far: the same questions with their
right articles taken out of what was found (near; some of what is left still answers, unjudged); questions in a small
knowledge base of the same subject without their articles (absent; the case that matters most); QUERIES that have
nothing to do with the subject (far). Small knowledge bases are built anew from forty of a dataset's articles.
"""

import argparse
import json
import math
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from langchain_core.documents import Document

from ingest.chunk import embedded_text
from knowledge import generation
from knowledge.catalog import Catalog
from knowledge.documents import metadata_of
from knowledge.embedding_cache import EmbeddingCache
from knowledge.embeddings import BundledEmbeddings
from knowledge.generation import Generation, Index
from knowledge.search import Hit, search
from support_bot.evaluation.datasets import CORPUS, Dataset, Query, dataset
from support_bot.evaluation.retrieval import article_of, indexed, site_of
from support_bot.retrieval.confidence import Coefficients

Size = Literal["small", "whole"]
Kind = Literal["answerable", "near", "absent", "far"]
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Column = np.ndarray[tuple[int], np.dtype[np.float64]]
Vector = np.ndarray[tuple[int], np.dtype[np.float32]]

_QUESTIONS = 250  # of a dataset
_FAR = 60  # in a whole knowledge base; in a small one a sixth of it
_SMALL_BASES = 8
_SMALL_ARTICLES = 40
_ABSENT = 25  # in a small knowledge base
_PASSAGES = 8  # what an answer may draw on
_DEEP = 100  # what is found before the right articles are taken out

# How much each kind weighs within a dataset. Four of five questions that customers send have an answer.
_SHARES: dict[tuple[Size, Kind], float] = {
    ("small", "answerable"): 0.48,
    ("whole", "answerable"): 0.32,
    ("small", "absent"): 0.10,
    ("whole", "near"): 0.06,
    ("small", "far"): 0.02,
    ("whole", "far"): 0.02,
}
_THRESHOLDS = (0.33, 0.4, 0.5, 0.6, 0.7)
_PENALTY = 1e-3


@dataclass(frozen=True, slots=True)
class Case:
    """A question, what was found for it, and whether that answers it."""

    dataset: str
    size: Size
    kind: Kind
    dense: bool
    scores: Matrix  # a row a passage: cosine (0 unless dense), coverage

    @property
    def answerable(self) -> bool:
        """Whether one of the passages holds the answer."""
        return self.kind == "answerable"


class RememberingEmbeddings(BundledEmbeddings):
    """The bundled model, which embeds each question once however many knowledge bases it is asked of."""

    def __init__(self) -> None:
        super().__init__(threads=1)
        self._vectors: dict[str, Vector] = {}

    def question_vector(self, text: str) -> Vector:
        """Return the question's vector as float32, shape (384,)."""
        if text not in self._vectors:
            self._vectors[text] = super().question_vector(text)
        return self._vectors[text]


def cases(
    measured: Dataset, *, far: Sequence[str], data_dir: Path, embeddings: RememberingEmbeddings
) -> Iterator[Case]:
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
            yield _case(measured.name, "whole", "far", _found(text, index=whole, embeddings=embeddings))
        for _ in range(_SMALL_BASES):
            present = _small_articles(queries, index=whole, chance=chance)
            absent = [query for query in queries if not present & query.relevance.keys()]
            with _small_index(present, index=whole, cache=cache) as small:
                for query in queries:
                    if present & query.relevance.keys():
                        yield from _cases(query, measured.name, "small", index=small, embeddings=embeddings)
                for query in chance.sample(absent, min(_ABSENT, len(absent))):
                    yield _case(
                        measured.name, "small", "absent", _found(query.text, index=small, embeddings=embeddings)
                    )
                for text in chance.sample(far, _FAR // 6):
                    yield _case(measured.name, "small", "far", _found(text, index=small, embeddings=embeddings))


def _cases(query: Query, name: str, size: Size, *, index: Index, embeddings: RememberingEmbeddings) -> Iterator[Case]:
    hits = _found(query.text, index=index, embeddings=embeddings)
    ranking = list(dict.fromkeys(map(article_of, hits)))
    if query.relevance.keys() & set(ranking[:5]):
        yield _case(name, size, "answerable", hits)
    elif not query.relevance.keys() & set(ranking[:10]):
        yield _case(name, size, "near" if size == "whole" else "absent", hits)
    if size == "whole":
        yield _case(name, size, "near", [hit for hit in hits if article_of(hit) not in query.relevance])


def _found(text: str, *, index: Index, embeddings: RememberingEmbeddings) -> list[Hit]:
    return search(text, index=index, embeddings=embeddings, count=_DEEP)


def _case(name: str, size: Size, kind: Kind, hits: Sequence[Hit]) -> Case:
    rows = [(hit.cosine or 0.0, hit.coverage) for hit in hits[:_PASSAGES]]
    dense = bool(hits) and hits[0].cosine is not None
    return Case(dataset=name, size=size, kind=kind, dense=dense, scores=np.array(rows, dtype=np.float64).reshape(-1, 2))


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
    with tempfile.TemporaryDirectory() as folder:
        generation.build(
            Path(folder) / "1",
            site="small",
            number=1,
            created="",
            embedding_model=cache.model,
            recipe="",
            documents=documents,
            passages=passages,
            passage_vectors=cache.vectors([embedded_text(passage) for passage in passages]),
        )
        with closing(Generation.open(Path(folder) / "1", embedding_model=cache.model)) as opened:
            yield opened.index("public")


def _article(document: Document) -> str:
    return metadata_of(document)["source"].removeprefix(f"{CORPUS}#")


def fitted(cases: Sequence[Case]) -> Coefficients:
    """Return the coefficients under which each case's best passage tells most about it."""
    answerable = np.array([case.answerable for case in cases], dtype=np.float64)
    weights = _weights(cases)
    found = Coefficients(cosine=1.0, coverage=0.5, constant=0.0)
    for _ in range(10):  # which passage is best depends on the coefficients: settle both in turn
        best = np.array([_best(case, found) for case in cases])
        found = Coefficients(*_regression(best, answerable, weights))
    return found


def _best(case: Case, coefficients: Coefficients) -> tuple[float, float]:
    cosine, coverage = max(case.scores.tolist(), key=lambda row: coefficients.log_odds(cosine=row[0], coverage=row[1]))
    return cosine, coverage


def _log_odds(cases: Sequence[Case], coefficients: Coefficients) -> Column:
    best = [_best(case, coefficients) for case in cases]
    return np.array([coefficients.log_odds(cosine=cosine, coverage=coverage) for cosine, coverage in best])


def _weights(cases: Sequence[Case]) -> Column:
    """Return weights under which every dataset counts the same and its kinds have their shares; their mean is 1."""
    counts = Counter((case.dataset, case.size, case.kind) for case in cases)
    weights = np.array([_SHARES[case.size, case.kind] / counts[case.dataset, case.size, case.kind] for case in cases])
    return weights * (len(weights) / float(weights.sum()))


def _regression(rows: Matrix, answerable: Column, weights: Column) -> list[float]:
    """Return the weighted logistic regression's slope for each column and its constant, by Newton's method."""
    inputs = np.column_stack([rows, np.ones(len(rows))])
    slopes = np.zeros(inputs.shape[1])
    penalty = np.array([*[_PENALTY] * rows.shape[1], 0.0])  # keeps a column that is all zeros at zero
    for _ in range(25):
        expected = 1 / (1 + np.exp(-inputs @ slopes))
        gradient = inputs.T @ (weights * (answerable - expected)) - penalty * slopes
        curvature = (inputs.T * (weights * expected * (1 - expected))) @ inputs + np.diag(penalty)
        slopes = slopes + np.linalg.solve(curvature, gradient)
    return [float(slope) for slope in slopes]


def auroc(above: Column, below: Column) -> float:
    """Return the chance that a value of the first is above one of the second; ties count half."""
    return float(np.mean((above[:, None] > below) + 0.5 * (above[:, None] == below)))


def report(cases: Sequence[Case], *, language: str) -> Iterator[str]:
    """Yield the coefficients, and how well each dataset's cases are told by a fit on the others' cases."""
    found = fitted(cases)
    yield f"{language}: cosine {found.cosine:.2f}, coverage {found.coverage:.2f}, constant {found.constant:.2f}"
    names = sorted({case.dataset for case in cases})
    for name in names:
        others = [case for case in cases if case.dataset != name]
        coefficients = fitted(others) if others else found
        for size in ("small", "whole"):
            tested = [case for case in cases if (case.dataset, case.size) == (name, size)]
            yield from _told(tested, coefficients, label=f"{name}, {size}")
    yield "  share that passes each threshold, by the fit on all, a mean over the datasets"
    for threshold in _THRESHOLDS:
        shares = (f"{size} {kind} {_passing(cases, found, threshold, size, kind):.2f}" for size, kind in _SHARES)
        yield f"  {threshold:.2f}  " + ", ".join(shares)


def _told(cases: Sequence[Case], coefficients: Coefficients, *, label: str) -> Iterator[str]:
    answerable = _log_odds([case for case in cases if case.answerable], coefficients)
    kinds = sorted({case.kind for case in cases if not case.answerable})
    odds = {kind: _log_odds([case for case in cases if case.kind == kind], coefficients) for kind in kinds}
    told = (f"{kind} ({len(odds[kind])}) {auroc(answerable, odds[kind]):.3f}" for kind in kinds)
    yield f"  {label:24} AUROC of answerable ({len(answerable)}) against {', '.join(told)}"


def _passing(cases: Sequence[Case], coefficients: Coefficients, threshold: float, size: Size, kind: Kind) -> float:
    shares = []
    for name in {case.dataset for case in cases}:
        chosen = [case for case in cases if (case.dataset, case.size, case.kind) == (name, size, kind)]
        if chosen:
            shares.append(np.mean(_log_odds(chosen, coefficients) >= math.log(threshold / (1 - threshold))))
    return float(np.mean(shares))


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description="Fit the confidence that a question's passages suffice.")
    parser.add_argument("datasets", nargs="+", type=Path, metavar="DATASET")
    parser.add_argument("--far", nargs="+", type=Path, required=True, metavar="QUERIES", help="of other subjects")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data directory to index below")
    options = parser.parse_args()
    far = [str(json.loads(line)["text"]) for file in options.far for line in file.read_text("utf-8").splitlines()]
    embeddings = RememberingEmbeddings()
    found: list[Case] = []
    for measured in map(dataset, options.datasets):
        indexed(measured, data_dir=options.data)
        found += cases(measured, far=far, data_dir=options.data, embeddings=embeddings)
    found = [case for case in found if case.scores.size]  # nothing found is nothing to judge
    for language, dense in (("by meaning", True), ("by words", False)):
        chosen = [case for case in found if case.dense == dense]
        if chosen:
            print("\n".join(report(chosen, language=language)))


if __name__ == "__main__":
    main()
