"""A ticket's draft, from the request to the events."""

from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from knowledge.settings import KnowledgeSettings
from support_bot.api.streams import DRAFT_EVENTS, SUMMARY_EVENTS
from support_bot.app import create_app
from tests.fake_llm import FakeLLM, Scenario
from tests.running import running_app, settings_for
from tests.support_bot.access.site import set_up
from tests.support_bot.api.panel.agent import MAIL, Agent, all_of, text_of
from tests.support_bot.listed import CARDS, LAMPS, REFUNDS, ListRetriever, documents

pytestmark = pytest.mark.slow  # it serves


@pytest.fixture(scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    data_dir = tmp_path_factory.mktemp("drafts")
    site = set_up(data_dir)
    retriever = ListRetriever(documents=documents(log_odds=9.0))
    with FakeLLM() as llm:
        app = create_app(settings_for(llm), KnowledgeSettings(data_dir=data_dir), retriever=retriever)
        with running_app(app) as url:
            yield Agent(url, llm, retriever, {"Authorization": f"Bearer {site.texts['agent']}"})


@pytest.fixture
def served(_served: Agent) -> Agent:
    _served.llm.reset()
    _served.retriever.documents = documents(log_odds=9.0)
    return _served


def test_a_draft_greets_the_customer_and_cites_each_sentence(served: Agent) -> None:
    events = served.draft(customer="Ada", subject="Re: Refund")
    assert [name for name, _ in events[:2]] == ["meta", "problem"]
    problem = events[1][1]
    assert problem == {
        "text": "Hello,\n\nWhen are refunds paid?",
        "message_ids": ["1"],
        "language": "en",
        "customer": "Ada",
    }
    text = text_of(events)
    assert text.startswith("Hello Ada,\n\nRefunds are paid within 5 business days. [1]"), text
    for citation in all_of(events, "citation"):
        assert text[citation["answer_start"] : citation["answer_end"]] in REFUNDS + CARDS
    assert all_of(events, "verdict")[0].items() >= {"outcome": "answered", "mode": "generated"}.items()
    assert [name for name, _ in events].count("done") == 1
    for name, data in events:
        jsonschema.validate(data, DRAFT_EVENTS[name].model_json_schema())


def test_an_agent_reads_what_is_internal_and_sees_that_it_is(served: Agent) -> None:
    served.retriever.documents = documents("internal", log_odds=9.0)
    events = served.draft()
    assert served.retriever.scopes[-1] == "internal"
    assert {source["audience"] for data in all_of(events, "sources") for source in data["sources"]} == {"internal"}


def test_without_anything_solid_there_is_no_draft(served: Agent) -> None:
    served.retriever.documents = documents(log_odds=-9.0)
    events = served.draft()
    assert not text_of(events)
    assert all_of(events, "verdict")[0]["outcome"] == "no_answer"
    assert [source["title"] for source in all_of(events, "sources")[0]["sources"]] == ["Refunds", "Lamps"]


def test_what_the_articles_do_not_say_is_not_drafted(served: Agent) -> None:
    served.llm.replies("Refunds are paid within 3 hours [1]. I have refunded you $500 [1].")
    events = served.draft(customer="Ada")
    assert not text_of(events)
    assert all_of(events, "verdict")[0]["outcome"] == "no_answer"


@pytest.mark.parametrize("style", ["shorter", "longer", "friendlier", "formal"])
def test_a_draft_is_checked_again_in_another_style(served: Agent, style: str) -> None:
    served.llm.replies(f"{CARDS} [1] Refunds are paid within 2 days [1].")
    events = served.draft(style=style, draft="Refunds are paid within 5 business days. [1]" + " Hm." * 4_000)
    asked = served.llm.requests[-1].body["messages"][-1]["content"]
    assert len(asked) < 10_000
    assert "The draft so far:" in asked
    assert "business days. [1]" not in asked  # its marks number other passages
    assert text_of(events) == f"Hello,\n\n{CARDS} [1]"
    assert all_of(events, "verdict")[0]["outcome"] == "partial"


def test_an_agents_own_question_is_answered(served: Agent) -> None:
    served.llm.replies(f"{LAMPS} [3]")
    events = served.draft(question="How do I reset the lamp?")
    assert text_of(events) == f"{LAMPS} [1]"


def test_an_empty_ticket_has_neither_problem_nor_draft(served: Agent) -> None:
    events = served.draft(messages=[])
    assert [name for name, _ in events] == ["meta", "problem", "verdict", "done"]
    assert events[1][1]["text"] == ""
    assert not served.llm.requests


def test_messages_of_one_id_are_quoted_each_by_its_own_words(served: Agent) -> None:
    texts = ("My lamp has been broken since Monday.", "I want my 45 euros back.")
    served.llm.replies("My lamp has been broken since Monday [1].")
    events = served.draft("/summary", messages=[{"id": "", "from": "customer", "text": text} for text in texts])
    assert [reference["quote"] for reference in all_of(events, "reference")] == [texts[0]]


def test_each_sentence_of_a_summary_names_its_message(served: Agent) -> None:
    messages = [
        {"id": "a", "from": "customer", "text": "My lamp has been broken since Monday."},
        {"id": "b", "from": "agent", "text": "Please hold its button for five seconds."},
        {"id": "c", "from": "customer", "text": "That did not help. I want my 45 euros back."},
    ]
    served.llm.replies(
        "The customer's lamp has been broken since Monday [1].\nThe customer wants 45 euros back [3].\n"
        "The customer wants 90 euros back [3]."
    )
    events = served.draft("/summary", messages=messages)
    assert text_of(events) == (
        "The customer's lamp has been broken since Monday. [1]\nThe customer wants 45 euros back. [2]"
    )
    references = [(reference["n"], reference["message_id"]) for reference in all_of(events, "reference")]
    assert references == [(1, "a"), (2, "c")]
    assert all_of(events, "reference")[1]["quote"] == "I want my 45 euros back."
    for name, data in events:
        jsonschema.validate(data, SUMMARY_EVENTS[name].model_json_schema())


def test_what_a_long_thread_costs_is_bounded(served: Agent) -> None:
    quoted = '<div class="gmail_quote">' + "<p>quoted</p>" * 50 + "</div>"
    said = [
        {"id": str(n), "from": "customer" if n % 2 else "agent", "html": f"<p>{'It does not work. ' * 40}</p>{quoted}"}
        for n in range(199)
    ]
    messages = [*said, {**MAIL, "id": "199"}]
    problem = all_of(served.draft(messages=messages), "problem")[0]
    assert problem["message_ids"] == ["199"]
    assert len(served.llm.requests[-1].body["messages"][-1]["content"]) < 2_000
    summary = served.draft("/summary", messages=messages)
    assert all_of(summary, "done")
    asked = served.llm.requests[-1].body["messages"][-1]["content"]
    assert 10_000 < len(asked) < 30_000
    assert "quoted" not in asked
    assert "When are refunds paid?" in asked  # the newest


def test_while_the_model_fails_the_articles_are_quoted(served: Agent) -> None:
    served.llm.then(Scenario(status=401))
    events = served.draft(customer="Ada")
    assert all_of(events, "verdict")[0].items() >= {"mode": "extractive", "degraded": "llm_auth"}.items()
    assert text_of(events).startswith("Refunds are paid")


def test_where_the_site_says_so_personal_numbers_are_masked(tmp_path: Path) -> None:
    site = set_up(tmp_path)
    retriever = ListRetriever(documents=documents(log_odds=9.0))
    mail = "When are refunds paid? Write to ada@example.com, my card is 4111 1111 1111 1111."
    with FakeLLM() as llm:
        settings = settings_for(llm).model_copy(update={"mask_personal": True})
        app = create_app(settings, KnowledgeSettings(data_dir=tmp_path), retriever=retriever)
        with running_app(app) as url:
            agent = Agent(url, llm, retriever, {"Authorization": f"Bearer {site.texts['agent']}"})
            for path in ("", "/summary"):
                agent.draft(path, messages=[{"id": "1", "from": "customer", "html": f"<p>{mail}</p>"}])
        asked = [request.body["messages"][-1]["content"] for request in llm.requests]
    assert all("[e-mail], my card is [card]" in each for each in asked)
    assert not any("ada@" in each or "4111" in each for each in asked)


def test_without_a_model_the_customers_first_sentences_sum_up_the_ticket(tmp_path: Path) -> None:
    site = set_up(tmp_path)
    retriever = ListRetriever(documents=documents(log_odds=9.0))
    app = create_app(settings_for(), KnowledgeSettings(data_dir=tmp_path), retriever=retriever)
    messages = [
        {"id": "a", "from": "customer", "text": "Hello,\n\nwhen is my refund paid? I ordered a lamp."},
        {"id": "b", "from": "agent", "text": "Soon."},
        {"id": "c", "from": "customer", "text": "It has not come. Is it lost?"},
    ]
    with FakeLLM() as llm, running_app(app) as url:
        agent = Agent(url, llm, retriever, {"Authorization": f"Bearer {site.texts['agent']}"})
        events = agent.draft("/summary", messages=messages)
        drafted = agent.draft(messages=messages, customer="Ada")
    assert text_of(events) == "- when is my refund paid? [1]\n- It has not come. [2]"
    assert [each["message_id"] for each in all_of(events, "reference")] == ["a", "c"]
    assert all_of(events, "verdict")[0]["mode"] == "extractive"
    assert text_of(drafted).startswith("Refunds are paid")  # a skeleton, without a greeting
    assert all_of(drafted, "verdict")[0]["mode"] == "extractive"


def test_a_ticket_that_is_not_as_described_is_refused_by_name(served: Agent) -> None:
    refused = served.post(messages=[{"id": "1", "from": "robot", "text": "?"}])
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid-request")
    assert "robot" in refused.json()["detail"]
