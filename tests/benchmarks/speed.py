"""Turn a dataset's passages, multiplied with jitter, into how long a search takes in indexes of two sizes.

    python -m tests.benchmarks.speed DATASET --data DIR [--sizes 10000 100000]

Each copy of a passage has a vector moved a little and a word of its own, so that neither index can share work between
copies. Printed for each size: the time of a whole search, the question's embedding included, in one scope and asked of
three scopes in turn, and the share of the exact nearest passages that the approximate search finds.
"""

import argparse
import dataclasses
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from langchain_core.documents import Document

from ingest.chunk import embedded_text
from knowledge.audience import AUDIENCES, Audience
from knowledge.catalog import Catalog
from knowledge.documents import metadata_of
from knowledge.embedding_cache import EmbeddingCache
from knowledge.embeddings import BundledEmbeddings, Matrix
from knowledge.generation import Generation, Index
from knowledge.passage import Passage
from knowledge.search import search
from support_bot.evaluation.datasets import Dataset, dataset
from support_bot.evaluation.retrieval import indexed, site_of
from tests.benchmarks.throwaway import throwaway

_JITTER = 0.02  # the deviation that each of a copy's 384 numbers is moved by: its cosine to the original is about .93
_QUESTIONS = 200
_NEAREST = 10
_SERVED = 8
_AUDIENCES: tuple[Audience, ...] = ("public",) * 8 + ("customer", "internal")  # of ten documents in a row


def multiplied(
    documents: Sequence[Document], passages: Sequence[Passage], vectors: Matrix, *, size: int
) -> tuple[list[Document], list[Passage], Matrix]:
    """Return so many passages, copies of these, with their documents and vectors."""
    chance = np.random.default_rng(1)
    copies: list[Passage] = []
    texts: dict[str, Document] = {}
    by_id = {str(document.id): document for document in documents}
    rows = [number % len(passages) for number in range(size)]
    for number, row in enumerate(rows):
        original, copy = passages[row], number // len(passages)
        document_id = f"{original.document_id}c{copy}"
        audience = _AUDIENCES[copy % len(_AUDIENCES)] if size > len(passages) else "public"
        copies.append(
            dataclasses.replace(
                original,
                id=f"{document_id}-{original.start}",
                document_id=document_id,
                title=f"{original.title} edition{copy}",
                audience=audience,
            )
        )
        if document_id not in texts:
            of = by_id[original.document_id]
            metadata = {**of.metadata, "source": f"{metadata_of(of)['source']}c{copy}", "audience": audience}
            texts[document_id] = Document(id=document_id, page_content=of.page_content, metadata=metadata)
    moved = vectors[rows] + chance.normal(scale=_JITTER, size=(size, vectors.shape[1])).astype(np.float32)
    return list(texts.values()), copies, moved / np.linalg.norm(moved, axis=1, keepdims=True)


def milliseconds(
    questions: Sequence[str], *, indexes: Sequence[Index], embeddings: BundledEmbeddings
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return how long each question takes, asked of the indexes in turn."""
    for index in indexes:
        search("warm", index=index, embeddings=embeddings, count=_SERVED)
    taken = []
    for number, question in enumerate(questions):
        started = time.perf_counter()
        search(question, index=indexes[number % len(indexes)], embeddings=embeddings, count=_SERVED)
        taken.append((time.perf_counter() - started) * 1_000)
    return np.array(taken)


def recall(
    questions: Sequence[str], ids: Sequence[str], vectors: Matrix, *, index: Index, embeddings: BundledEmbeddings
) -> float:
    """Return the share of the exact nearest passages that the index finds."""
    shares = []
    for question in questions:
        vector = embeddings.question_vector(question)
        exact = {ids[row] for row in np.argpartition(-(vectors @ vector), _NEAREST)[:_NEAREST]}
        found = list(index.vectors.nearest(vector, count=50))[:_NEAREST]
        shares.append(len(exact & set(found)) / _NEAREST)
    return float(np.mean(shares))


def report(measured: Dataset, *, data_dir: Path, sizes: Sequence[int]) -> None:
    """Print the figures of each size."""
    embeddings = BundledEmbeddings(threads=1)
    catalog = Catalog(data_dir / "evaluation", site_of(measured))
    with (
        closing(EmbeddingCache(data_dir / "evaluation" / "vectors", embeddings=embeddings)) as cache,
        closing(Generation.open(catalog.serving(), embedding_model=embeddings.name)) as opened,
    ):
        stored = opened.index("public").documents
        documents, passages = list(stored.all()), list(stored.all_passages())
        vectors = cache.vectors([embedded_text(passage) for passage in passages])
    questions = [query.text for query in measured.queries[:_QUESTIONS]]
    for size in sizes:
        texts, copies, moved = multiplied(documents, passages, vectors, size=size)
        started = time.monotonic()
        with throwaway(texts, copies, moved, embedding_model=embeddings.name) as large:
            built = time.monotonic() - started
            indexes = [large.index(scope) for scope in AUDIENCES]
            one = milliseconds(questions, indexes=indexes[-1:], embeddings=embeddings)
            three = milliseconds(questions, indexes=indexes, embeddings=embeddings)
            found = recall(questions, [copy.id for copy in copies], moved, index=indexes[-1], embeddings=embeddings)
        print(
            f"{size:7,} passages, built in {built:.0f} s: "
            f"p50 {np.median(one):.1f} ms, p95 {np.percentile(one, 95):.1f}; "
            f"three scopes p50 {np.median(three):.1f}, p95 {np.percentile(three, 95):.1f}; recall@10 {found:.3f}",
            flush=True,
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure how long a search takes in large indexes.")
    parser.add_argument("dataset", type=Path, metavar="DATASET")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data directory to index below")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000], metavar="PASSAGES")
    options = parser.parse_args()
    measured = dataset(options.dataset)
    indexed(measured, data_dir=options.data)
    report(measured, data_dir=options.data, sizes=options.sizes)


if __name__ == "__main__":
    main()
