"""Turn a dataset into rankings of its articles, by the pipeline and the search of production."""

import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings
from knowledge.search import Hit
from support_bot.evaluation.datasets import CORPUS, Dataset, Query
from support_bot.evaluation.errors import IndexingError
from support_bot.evaluation.questions import KeptQuestions
from support_bot.retrieval.knowledge_base import KnowledgeBase

_NOT_OF_A_DATASET = dict.fromkeys(
    ("INGEST_GOLDEN_QUESTIONS", "INGEST_RECENT_QUESTIONS", "INGEST_WEBHOOK_URL", "INGEST_METRICS_DIR"), ""
)
"""Settings that are meant for the site that serves."""

_DEPTH = 100  # passages that are asked for, to rank their articles
_SERVED = 8  # passages that an answer draws on: what a question costs is the search for these
_TIMED = 200  # questions whose search is timed: more say no more


class LeftOut(BaseModel):
    """An article that the reindex could not take: no question will find it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    source: str
    detail: str


class Indexed(BaseModel):
    """What the reindex said of the dataset's articles."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    passages: int
    embedded: int  # passages whose vector was not known yet
    failed: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The articles found for a question, best first."""

    query: Query
    articles: tuple[str, ...]
    scores: tuple[float, ...]  # of each article's best passage: comparable within one question only


def indexed(dataset: Dataset, *, data_dir: Path) -> Indexed:
    """Bring the dataset's own site, below `<data_dir>/evaluation`, up to date. Progress goes to standard error.

    An unchanged dataset costs no embedding. It crosses to `ingest` by a process, as the two never import each other.
    Raises IndexingError when the process fails.
    """
    command = [sys.executable, "-m", "ingest", "run", str(dataset.corpus), "--audience", "public", "--json"]
    place = ["--site", site_of(dataset), "--data", str(data_dir / "evaluation")]
    env = {**os.environ, **_NOT_OF_A_DATASET}  # noqa: TID251 - handed on as it is, but for these
    done = subprocess.run([*command, *place], stdout=subprocess.PIPE, text=True, check=False, env=env)  # noqa: S603 - ours
    if done.returncode != 0:
        raise IndexingError(f"Indexing {dataset.corpus} ended with exit code {done.returncode}; it said why above.")
    index = Indexed.model_validate_json(done.stdout)
    if index.passages == 0 and index.failed:
        raise IndexingError(f"Nothing of {dataset.corpus} could be indexed: {index.failed[0].detail}.")
    return index


def rankings(dataset: Dataset, *, data_dir: Path, embeddings: SentenceTransformersEmbeddings) -> Iterator[Ranking]:
    """Yield the ranking for each question of a dataset that is indexed. Question vectors are kept for the next time."""
    with (
        closing(KeptQuestions(data_dir / "evaluation" / "vectors", embeddings=embeddings)) as questions,
        closing(_knowledge_base(dataset, data_dir=data_dir, embeddings=questions)) as knowledge_base,
    ):
        for query in dataset.queries:
            yield _ranking(query, hits=knowledge_base.search(query.text, scope="public", count=_DEPTH))


def milliseconds(dataset: Dataset, *, data_dir: Path, embeddings: SentenceTransformersEmbeddings) -> list[float]:
    """Return how long production searches for each of the first questions, their embedding included."""
    taken = []
    with closing(_knowledge_base(dataset, data_dir=data_dir, embeddings=embeddings)) as knowledge_base:
        knowledge_base.warm(scope="public")
        for query in dataset.queries[:_TIMED]:
            started = time.perf_counter()
            knowledge_base.search(query.text, scope="public", count=_SERVED)
            taken.append((time.perf_counter() - started) * 1_000)
    return taken


def site_of(dataset: Dataset) -> str:
    """Return the name of the site, below `<data_dir>/evaluation`, that holds the dataset's articles."""
    name = re.sub(r"[^a-z0-9]+", "-", dataset.name.lower()).strip("-") or "dataset"
    place = hashlib.sha256(str(dataset.corpus.resolve()).encode()).hexdigest()[:8]
    return f"{name}-{place}"


def article_of(hit: Hit) -> str:
    """Return the id, in its dataset, of the article that a hit's passage is from."""
    return hit.passage.source.removeprefix(f"{CORPUS}#")


def _knowledge_base(dataset: Dataset, *, data_dir: Path, embeddings: SentenceTransformersEmbeddings) -> KnowledgeBase:
    return KnowledgeBase(catalog=Catalog(data_dir / "evaluation", site_of(dataset)), embeddings=embeddings)


def _ranking(query: Query, *, hits: Sequence[Hit]) -> Ranking:
    best: dict[str, float] = {}
    for hit in hits:
        best.setdefault(article_of(hit), hit.score)
    return Ranking(query, articles=tuple(best), scores=tuple(best.values()))
