"""Turn a dataset's questions into cases that have an answer and cases that have none, with what was found for each.

Answerable: a right article is among the first five. Near: the same questions with their right articles taken out of
what was found; some of what is left still answers, unjudged. Far: questions that have nothing to do with the subject.
"""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings
from knowledge.search import Hit, Leader, background
from support_bot.evaluation.datasets import Dataset, Query
from support_bot.evaluation.errors import DatasetError
from support_bot.evaluation.questions import KeptQuestions
from support_bot.evaluation.retrieval import article_of, site_of
from support_bot.retrieval.duplicates import distinct
from support_bot.retrieval.knowledge_base import KnowledgeBase
from support_bot.retrieval.languages import language_asked_in

Kind = Literal["answerable", "near", "far"]

SERVED = 8  # passages that an answer draws on
DEEP = 100  # passages that are asked for, before right articles are taken out
_FIRST = 5  # articles among which the right one must be
_BESIDE = 10  # articles among which it must not be, for the question to count as one without an answer


@dataclass(frozen=True, slots=True)
class Case:
    """A question whose passages answer it or do not."""

    kind: Kind
    by_meaning: bool
    hits: tuple[Hit, ...]  # that an answer would draw on


def cases(
    dataset: Dataset, *, far: Iterable[str], data_dir: Path, embeddings: SentenceTransformersEmbeddings
) -> Iterator[Case]:
    """Yield the cases of a dataset that is indexed. What finds no passage is no case: nothing is left to judge."""
    catalog = Catalog(data_dir / "evaluation", site_of(dataset))
    with (
        closing(KeptQuestions(data_dir / "evaluation" / "vectors", embeddings=embeddings)) as questions,
        closing(KnowledgeBase(catalog=catalog, embeddings=questions)) as knowledge_base,
    ):
        for query in dataset.queries:
            hits = _found(query.text, knowledge_base)
            yield from case_as_asked(query, hits)
            yield from case_without_answer(query, hits)
        for text in far:
            yield from case("far", _found(text, knowledge_base))


def case_as_asked(query: Query, hits: Sequence[Hit]) -> Iterator[Case]:
    """Yield the case of a question that finds a right article, or misses them all; one in between is none."""
    ranking = list(dict.fromkeys(map(article_of, hits)))
    if query.relevance.keys() & set(ranking[:_FIRST]):
        yield from case("answerable", hits)
    elif not query.relevance.keys() & set(ranking[:_BESIDE]):
        yield from case("near", hits)


def case_without_answer(query: Query, hits: Sequence[Hit]) -> Iterator[Case]:
    """Yield the case of the other articles' hits, against the background that they would have had by themselves."""
    rest = [hit for hit in hits if article_of(hit) not in query.relevance]
    by_words = sorted((hit for hit in rest if hit.bm25), key=lambda hit: hit.bm25, reverse=True)
    behind = background(
        [(hit.cosine or 0.0, hit.bm25) for hit in rest],
        leaders=[Leader(hit.passage.document_id, hit.bm25) for hit in by_words],
    )
    yield from case("near", [dataclasses.replace(hit, background=behind) for hit in rest])


def case(kind: Kind, hits: Sequence[Hit]) -> Iterator[Case]:
    """Yield the case that these hits make, if there are any."""
    if hits:
        yield Case(kind, hits[0].cosine is not None, tuple(distinct(hits[: 2 * SERVED], count=SERVED)))


def _found(question: str, knowledge_base: KnowledgeBase) -> list[Hit]:
    return knowledge_base.search(question, scope="public", count=DEEP, language=language_asked_in(question))


def questions_in(file: Path) -> list[str]:
    """Return the questions in a file of one JSON object with "text" a line."""
    try:
        return [str(json.loads(line)["text"]) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f'{file} must hold a JSON object with "text" on each line: {error}.') from error
