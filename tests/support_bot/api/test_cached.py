"""What is asked again is answered from memory: for the same askers, from the same articles, and checked anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings
from support_bot.settings import SupportBotSettings
from tests.conftest import index_articles
from tests.fake_llm import FakeLLM, Scenario
from tests.running import running
from tests.support_bot.api.events import ask, events_of

pytestmark = pytest.mark.slow  # it indexes and serves

_QUESTION = "When are refunds of orders paid?"
_REFUNDS = "# Refunds\n\n## When are refunds paid?\n\nRefunds of orders are paid within 5 business days.\n"
_CARDS = "# Cards\n\n## What about gift cards?\n\nRefunds of gift cards are paid within 9 business days.\n"


@dataclass
class Served:
    """A server that remembers answers, its model, and what it answers from."""

    url: str
    llm: FakeLLM
    articles: Path
    catalog: Catalog


@pytest.fixture
def served(tmp_path: Path, vector_folder: Path, embeddings: SentenceTransformersEmbeddings) -> Iterator[Served]:
    articles, data_dir = tmp_path / "articles", tmp_path / "data"
    articles.mkdir()
    (articles / "refunds.md").write_text(_REFUNDS)
    (articles / "cards.md").write_text(_CARDS)
    catalog = index_articles(articles, data_dir=data_dir, vector_folder=vector_folder, embeddings=embeddings)
    with FakeLLM() as llm:
        settings = SupportBotSettings(
            llm_base_url=llm.base_url,
            llm_api_key=SecretStr(llm.key),
            answer_cache_size=10,
            min_confidence=0,
            limit_visitor="1000/minute",
            limit_address="1000/minute",
        )
        with running(settings, data_dir) as url:
            yield Served(url, llm, articles, catalog)


def _cached_total(url: str) -> float:
    families = text_string_to_metric_families(httpx.get(f"{url}/metrics").text)
    [cached] = [family for family in families if family.name == "support_bot_answers_cached"]
    return next(sample.value for sample in cached.samples if sample.name.endswith("_total"))


def _without_names(answer: dict[str, Any]) -> dict[str, Any]:
    own = ("conversation_id", "message_id", "trace_id", "ms", "cost", "usage", "cached", "question")
    return {name: value for name, value in answer.items() if name not in own}


def test_the_same_question_costs_nothing_again_and_is_answered_and_checked_as_before(served: Served) -> None:
    first = ask(served.url, _QUESTION)
    again = ask(served.url, "when are REFUNDS of orders paid")
    assert (first["cached"], again["cached"]) == (False, True)
    assert first["cost"] > again["cost"] == 0
    assert first["citations"] and _without_names(first) == _without_names(again)
    events = events_of(served.url, _QUESTION)
    assert [data["cached"] for name, data in events if name == "verdict"] == [True]
    assert [name for name, _ in events if name == "citation"]
    assert len(served.llm.requests) == 1
    assert _cached_total(served.url) == 2
    name = again["conversation_id"]
    kept = httpx.get(f"{served.url}/api/v1/conversations/{name}").json()["messages"]
    assert [message["answer"]["cached"] for message in kept] == [True]


def test_a_follow_up_another_language_and_what_broke_off_are_asked_anew(served: Served) -> None:
    ask(served.url, _QUESTION)
    history = [{"role": "user", "text": "Hello"}, {"role": "assistant", "text": "Hello!"}]
    assert not ask(served.url, _QUESTION, history=history)["cached"]
    assert not ask(served.url, _QUESTION, locale="de")["cached"]
    assert not ask(served.url, _QUESTION, product="Lamp")["cached"]
    other = "When are refunds of gift cards paid?"
    served.llm.then(Scenario(finish_reason="length"))
    assert ask(served.url, other)["status"] == "truncated"
    assert not ask(served.url, other)["cached"]
    assert ask(served.url, other)["cached"]


def test_a_hidden_article_is_never_served_from_memory(served: Served) -> None:
    first = ask(served.url, _QUESTION)
    hidden = first["citations"][0]["source"]
    served.catalog.hidden.hide(hidden, source="refunds.md")
    answer = ask(served.url, _QUESTION)
    assert not answer["cached"]
    assert hidden not in {source["id"] for source in answer["sources"]}
    assert len(served.llm.requests) == 2
    served.catalog.hidden.unhide(hidden)
    assert not ask(served.url, _QUESTION)["cached"]  # it was forgotten


def test_a_new_index_forgets_what_was_written_from_the_one_before(
    served: Served, vector_folder: Path, embeddings: SentenceTransformersEmbeddings, tmp_path: Path
) -> None:
    ask(served.url, _QUESTION)
    (served.articles / "refunds.md").write_text(_REFUNDS.replace("5 business", "7 business"))
    index_articles(served.articles, data_dir=tmp_path / "data", vector_folder=vector_folder, embeddings=embeddings)
    answer = ask(served.url, _QUESTION)
    assert not answer["cached"]
    assert "7 business days" in answer["text"] and "5 business days" not in answer["text"]
