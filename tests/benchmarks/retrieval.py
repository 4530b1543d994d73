"""Turn a dataset into one table: what each way of finding its articles reaches, and what the product gains over it.

    python -m tests.benchmarks.retrieval DATASET --data DIR

All ways have the same articles, questions and embedding model, the one that KNOWLEDGE_EMBEDDING_MODEL names. The
baselines fuse, or do not, the product's own two lists of passages, over the whole knowledge base and without asking
which language the model speaks: what differs is the fusion. LangChain's Chroma retriever and LlamaIndex's are set up
as their documentation does it, with splitters of their own; only the number of passages they return is raised, so that
ten articles can be ranked. They are no dependencies: whoever runs this installs them.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from langchain_core.documents import Document

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings, embeddings_named
from knowledge.generation import Generation, Index
from knowledge.settings import KnowledgeSettings
from support_bot.evaluation.comparison import comparison
from support_bot.evaluation.datasets import CORPUS, Dataset, dataset
from support_bot.evaluation.retrieval import indexed, rankings, site_of
from support_bot.evaluation.runs import Run, run_of

Scores = Mapping[str, float]

_DEPTH = 100  # passages that every way may return
_RRF = 60  # the constant of its authors
_ADDED = 1_000  # passages that Chroma is given at once: it takes no more than some five thousand
_PEERS = {
    "langchain_chroma": "langchain-chroma",
    "langchain_text_splitters": "langchain-text-splitters",
    "llama_index.core": "llama-index-core",
}


@dataclass(frozen=True, slots=True)
class Article:
    """One line of a dataset's corpus."""

    id: str
    text: str  # its title first


def baselines(measured: Dataset, *, data_dir: Path, embeddings: SentenceTransformersEmbeddings) -> dict[str, Run]:
    """Return the runs of each list of passages by itself and of the two usual fusions, over an indexed dataset."""
    catalog = Catalog(data_dir / "evaluation", site_of(measured))
    runs: dict[str, dict[str, tuple[str, ...]]] = {"BM25": {}, "dense": {}, "RRF, k=60": {}, "z-sum": {}}
    with closing(Generation.open(catalog.serving(), embedding_model=embeddings.name)) as opened:
        index = opened.index("public")
        article_of = {passage.id: _article(passage.source) for passage in index.documents.all_passages()}
        for query in measured.queries:
            words, meaning = _both(query.text, index=index, embeddings=embeddings, ids=list(article_of))
            for name, scores in {
                "BM25": words,
                "dense": meaning,
                "RRF, k=60": _reciprocal_ranks(words, meaning),
                "z-sum": _normalised_sum(words, meaning),
            }.items():
                runs[name][query.id] = _articles(article_of[id_] for id_ in _best(scores))
    return dict(runs)


def _both(
    question: str, *, index: Index, embeddings: SentenceTransformersEmbeddings, ids: Sequence[str]
) -> tuple[Scores, Scores]:
    """Return the scores of the passages in which a word of the question stands, and the cosines of all."""
    words = index.lexical.best(question, count=len(ids))
    return words, index.vectors.similarities(embeddings.question_vector(question), ids=ids)


def _reciprocal_ranks(*lists: Scores) -> Scores:
    fused: dict[str, float] = {}
    for scores in lists:
        for rank, id_ in enumerate(_best(scores), start=1):
            fused[id_] = fused.get(id_, 0.0) + 1 / (_RRF + rank)
    return fused


def _normalised_sum(words: Scores, meaning: Scores) -> Scores:
    columns = np.array([[words.get(id_, 0.0), cosine] for id_, cosine in meaning.items()])
    deviations = columns.std(axis=0)
    summed = ((columns - columns.mean(axis=0)) / np.where(deviations > 0, deviations, 1.0)).sum(axis=1)
    return dict(zip(meaning, summed.tolist(), strict=True))


def _best(scores: Scores) -> list[str]:
    return sorted(scores, key=scores.__getitem__, reverse=True)[:_DEPTH]


def langchain_run(measured: Dataset, *, embeddings: SentenceTransformersEmbeddings) -> Run:
    """Return the run of LangChain's Chroma retriever over RecursiveCharacterTextSplitter(1000, 200)."""
    from langchain_chroma import Chroma
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    documents = [Document(article.text, metadata={"article": article.id}) for article in _corpus(measured)]
    store = Chroma(collection_name="benchmark", embedding_function=embeddings)
    splits = splitter.split_documents(documents)
    for start in range(0, len(splits), _ADDED):
        store.add_documents(splits[start : start + _ADDED])
    retriever = store.as_retriever(search_kwargs={"k": _DEPTH})
    return _run(measured, lambda question: (found.metadata["article"] for found in retriever.invoke(question)))


def llama_index_run(measured: Dataset, *, embeddings: SentenceTransformersEmbeddings) -> Run:
    """Return the run of LlamaIndex's vector store index over SentenceSplitter's defaults."""
    from llama_index.core import Document as Text
    from llama_index.core import VectorStoreIndex
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.node_parser import SentenceSplitter

    class SameModel(BaseEmbedding):  # type: ignore[misc]  # the peers are not installed where types are checked
        def _get_text_embedding(self, text: str) -> list[float]:
            return embeddings.embed_documents([text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return embeddings.embed_documents(texts)

        def _get_query_embedding(self, query: str) -> list[float]:
            return embeddings.embed_query(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    texts = [
        Text(
            text=article.text,
            metadata={"article": article.id},
            excluded_embed_metadata_keys=["article"],
            excluded_llm_metadata_keys=["article"],
        )
        for article in _corpus(measured)
    ]
    index = VectorStoreIndex.from_documents(texts, embed_model=SameModel(), transformations=[SentenceSplitter()])
    retriever = index.as_retriever(similarity_top_k=_DEPTH)
    return _run(measured, lambda question: (found.metadata["article"] for found in retriever.retrieve(question)))


def _run(measured: Dataset, found: Callable[[str], Iterator[str]]) -> Run:
    return {query.id: _articles(found(query.text)) for query in measured.queries}


def _corpus(measured: Dataset) -> Iterator[Article]:
    for line in measured.corpus.read_text(encoding="utf-8-sig").split("\n"):
        if line.strip():
            row = json.loads(line)
            yield Article(str(row["id"]), "\n\n".join(filter(None, (str(row.get("title", "")), str(row["text"])))))


def _articles(found: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


def _article(source: str) -> str:
    return source.removeprefix(f"{CORPUS}#")


def table(measured: Dataset, ours: Run, others: Mapping[str, Run]) -> Iterator[str]:
    """Yield one line for each way, and what ours gains over it question by question."""
    yield f"{measured.name}: {len(measured.queries)} questions, {measured.articles} articles"
    yield f"{'':<22}  nDCG@10  Recall@5  Recall@10    P@1    MRR  ours gains nDCG@10, 95 % interval"
    for name, run in {**others, "ours": ours}.items():
        compared = comparison(measured, ours, run).metrics
        figures = "  ".join(
            f"{compared[metric].second:{width}.3f}"
            for metric, width in (("nDCG@10", 7), ("Recall@5", 8), ("Recall@10", 9), ("P@1", 5), ("MRR", 5))
        )
        gain = compared["nDCG@10"].gain
        told = "" if name == "ours" else f"  {gain.mean:+.3f}, {gain.low:+.3f} to {gain.high:+.3f}"
        yield f"{name:<22}  {figures}{told}"


def _refuse_without_peers() -> None:
    absent = [package for module, package in _PEERS.items() if not _installed(module)]
    if absent:
        raise SystemExit(f"The peers are not installed. Install them: pip install {' '.join(absent)}")


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of the package around it
        return False


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Compare the product's retrieval with others' on one dataset.")
    parser.add_argument("dataset", type=Path, metavar="DATASET")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data directory to index below")
    options = parser.parse_args()
    _refuse_without_peers()
    settings = KnowledgeSettings()
    embeddings = embeddings_named(
        settings.embedding_model,
        multilingual=settings.embedding_multilingual,
        threads=settings.embedding_threads,
    )
    measured = dataset(options.dataset)
    indexed(measured, data_dir=options.data)
    others = {
        **baselines(measured, data_dir=options.data, embeddings=embeddings),
        "LangChain, Chroma": langchain_run(measured, embeddings=embeddings),
        "LlamaIndex": llama_index_run(measured, embeddings=embeddings),
    }
    ours = run_of(rankings(measured, data_dir=options.data, embeddings=embeddings))
    print("\n".join(table(measured, ours, others)))


if __name__ == "__main__":
    main()
