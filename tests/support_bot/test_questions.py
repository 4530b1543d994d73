"""The sample help centre's own questions, asked as users ask them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings
from support_bot.retrieval.knowledge_base import KnowledgeBase
from tests.support_bot.api.events import ask

pytestmark = pytest.mark.slow  # it searches an index

_FILE = Path(__file__).parent.parent.parent / "knowledge" / "questions.jsonl"
_QUESTIONS: list[dict[str, Any]] = [json.loads(line) for line in _FILE.read_text(encoding="utf-8").splitlines()]
_ANSWERABLE = [asked for asked in _QUESTIONS if asked["articles"]]
_UNANSWERABLE = [asked for asked in _QUESTIONS if not asked["articles"]]


@pytest.fixture(scope="module")
def knowledge_base(sample_data: Path, embeddings: SentenceTransformersEmbeddings) -> Iterator[KnowledgeBase]:
    opened = KnowledgeBase(catalog=Catalog(sample_data, "default"), embeddings=embeddings)
    yield opened
    opened.close()


def test_the_right_article_is_among_the_first_five(knowledge_base: KnowledgeBase) -> None:
    missed = []
    for asked in _ANSWERABLE:
        hits = knowledge_base.search(asked["question"], scope="public", count=50)
        found = list(dict.fromkeys(hit.passage.source for hit in hits))[:5]
        if not set(found) & set(asked["articles"]):
            missed.append((asked["question"], found))
    assert len(missed) <= 0.05 * len(_ANSWERABLE), missed


def test_what_the_articles_do_not_answer_is_not_answered(extractive_url: str) -> None:
    answered = [a["question"] for a in _UNANSWERABLE if ask(extractive_url, a["question"])["outcome"] != "no_answer"]
    assert len(answered) <= 2, answered


def test_what_they_answer_is_answered(extractive_url: str) -> None:
    unanswered = [a["question"] for a in _ANSWERABLE if ask(extractive_url, a["question"])["outcome"] == "no_answer"]
    assert len(unanswered) <= 0.15 * len(_ANSWERABLE), unanswered
