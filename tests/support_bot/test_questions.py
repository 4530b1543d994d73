"""The sample help centre's own questions, asked as users ask them."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings
from support_bot.answering.extractive import extractive_answer
from support_bot.retrieval.knowledge_base import KnowledgeBase
from tests.conftest import index_articles
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


_SAME_FACT = {
    "en": ("# Refunds\n\nYou get your money back within 14 days.", "When do I get my money back?"),
    "es": ("# Reembolsos\n\nRecibirá su dinero de vuelta en un plazo de 14 días.", "¿Cuándo recibiré mi dinero?"),
    "fr": ("# Remboursements\n\nVous récupérez votre argent sous 14 jours.", "Quand vais-je récupérer mon argent ?"),
    "zh": ("# 退款\n\n您将在 14 天内收到退款。", "我什么时候能收到退款？"),
}


def test_the_same_fact_in_several_languages_is_cited_in_the_askers(
    tmp_path: Path, vector_folder: Path, embeddings: SentenceTransformersEmbeddings
) -> None:
    articles = tmp_path / "kb"
    articles.mkdir()
    for locale, (article, _) in _SAME_FACT.items():
        (articles / f"refunds.{locale}.md").write_text(article)
        (articles / f"hours.{locale}.md").write_text(article.partition("\n")[0] + "\n\n9-17.")
    catalog = index_articles(articles, data_dir=tmp_path / "data", vector_folder=vector_folder, embeddings=embeddings)
    with closing(KnowledgeBase(catalog=catalog, embeddings=embeddings)) as knowledge_base:
        for locale, (_, question) in _SAME_FACT.items():
            passages = [hit.passage for hit in knowledge_base.search(question, scope="public", count=8)]
            answer = extractive_answer(question, passages)
            cited = {passages[int(n) - 1].locale for n in re.findall(r"\[(\d+)\]", answer)}
            assert (passages[0].source, cited) == (f"kb/refunds.{locale}.md", {locale}), question


def test_what_the_articles_do_not_answer_is_not_answered(extractive_url: str) -> None:
    answered = [a["question"] for a in _UNANSWERABLE if ask(extractive_url, a["question"])["outcome"] != "no_answer"]
    assert len(answered) <= 2, answered


def test_what_they_answer_is_answered(extractive_url: str) -> None:
    unanswered = [a["question"] for a in _ANSWERABLE if ask(extractive_url, a["question"])["outcome"] == "no_answer"]
    assert len(unanswered) <= 0.15 * len(_ANSWERABLE), unanswered
