from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from langchain_core.documents import Document
from pydantic import SecretStr

from support_bot.answering.answer import answer
from support_bot.answering.events import (
    AnswerEvent,
    Checked,
    Citation,
    Delta,
    Done,
    Failed,
    Found,
    Handoff,
    Sources,
    Status,
    Verdict,
)
from support_bot.answering.guidance import Guidance
from support_bot.answering.phrases import NO_ANSWER, REFUSED
from support_bot.answering.query import Question, Turn
from support_bot.llm.budget import Bill, Budget
from support_bot.llm.chat_model import ChatCompletions
from support_bot.llm.endpoint import Endpoint
from support_bot.llm.pricing import Prices, PriceTable, Usage
from tests.fake_llm import FakeLLM, Scenario
from tests.support_bot.listed import CARDS, ListRetriever, documents


@pytest.fixture
def llm() -> Iterator[FakeLLM]:
    with FakeLLM() as server:
        server.replies("Refunds are paid within 5 business days [1]. Gift cards cannot be refunded [1].")
        yield server


@pytest.fixture
async def model(llm: FakeLLM) -> AsyncIterator[ChatCompletions]:
    async with httpx.AsyncClient(trust_env=False) as client:
        endpoint = Endpoint(client=client, base_url=llm.base_url, model="glm-5-turbo", api_key=SecretStr(llm.key))
        yield ChatCompletions(endpoints=(endpoint,))


async def answered(
    model: ChatCompletions | None,
    *,
    question: str = "When are refunds paid?",
    found: list[Document] | None = None,
    min_confidence: float = 0.33,
) -> list[AnswerEvent]:
    """Return the events of an answer, by default from passages that suffice."""
    retriever = ListRetriever(documents=documents(log_odds=4.0) if found is None else found)
    events = answer(
        Question(question, locale="pt-BR", product="Lamp"),
        scope="customer",
        retriever=retriever,
        chat_model=model,
        min_confidence=min_confidence,
        budget=Budget(prices=PriceTable()),
        bill=Bill(),
    )
    collected = [event async for event in events]
    assert (retriever.scopes, retriever.locales, retriever.products) == (["customer"], ["pt-BR"], ["Lamp"])
    return collected


def text_of(events: list[AnswerEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, Delta))


def verdict_of(events: list[AnswerEvent]) -> Verdict:
    [verdict] = [event for event in events if isinstance(event, Verdict)]
    return verdict


def done_of(events: list[AnswerEvent]) -> Done:
    assert [type(event) for event in events].count(Done) == 1
    assert isinstance(events[-1], Done)
    return events[-1]


async def test_an_answer_cites_the_passages_that_support_it(model: ChatCompletions) -> None:
    events = await answered(model)
    assert text_of(events) == "Refunds are paid within 5 business days. [1] Gift cards cannot be refunded. [1]"
    assert [event.quote for event in events if isinstance(event, Citation)] == [
        "Refunds are paid within 5 business days.",
        CARDS,
    ]
    verdict = verdict_of(events)
    assert (verdict.outcome, verdict.mode, verdict.degraded) == ("answered", "generated", "")
    assert done_of(events).status == "complete"


async def test_an_answer_says_what_is_being_done_then_shows_then_judges(model: ChatCompletions) -> None:
    events = await answered(model)
    assert [event.stage for event in events if isinstance(event, Status)] == ["searching", "reading", "writing"]
    assert isinstance(events[1], Found)
    assert [candidate.document for candidate in events[1].candidates] == ["refunds", "refunds", "lamps"]
    kinds = [Sources, Delta, Citation, Delta, Citation, Checked, Verdict, Done]
    assert [type(event) for event in events[4:]] == kinds


@pytest.mark.slow
async def test_while_the_model_has_not_begun_the_asker_is_told_that_it_is_at_work(
    llm: FakeLLM, model: ChatCompletions
) -> None:
    llm.scenario = Scenario(stall_after=0)
    events = await answered(model.model_copy(update={"first_token_seconds": 5.0}))
    assert [event.stage for event in events if isinstance(event, Status)][:4] == [
        "searching",
        "reading",
        "writing",
        "waiting",
    ]
    assert (verdict_of(events).mode, verdict_of(events).degraded) == ("extractive", "llm_timeout")


async def test_an_answer_is_paid_for(model: ChatCompletions) -> None:
    usage = done_of(await answered(model)).usage
    assert usage.input_tokens > usage.output_tokens > 0
    assert usage.cost == Prices().cost(
        input_tokens=usage.input_tokens, cached_tokens=usage.cached_tokens, output_tokens=usage.output_tokens
    )


async def test_an_answer_of_which_a_claim_is_withheld_is_partial(model: ChatCompletions, llm: FakeLLM) -> None:
    llm.replies("Gift cards cannot be refunded [1]. Refunds are paid within 9 business days [1].")
    events = await answered(model)
    assert text_of(events) == "Gift cards cannot be refunded. [1]"
    assert (verdict_of(events).outcome, done_of(events).status) == ("partial", "complete")


async def test_an_answer_of_which_every_claim_is_withheld_is_none(model: ChatCompletions, llm: FakeLLM) -> None:
    llm.replies("Refunds are paid within 9 business days [1].")
    events = await answered(model)
    assert text_of(events) == NO_ANSWER["en"]
    assert verdict_of(events).outcome == "no_answer"
    assert done_of(events).usage.output_tokens > 0


@pytest.mark.parametrize(
    ("question", "text"), [("Do you sell boats?", NO_ANSWER["en"]), ("有賣船嗎？", NO_ANSWER["zh-Hant"])]
)
async def test_below_the_threshold_the_model_is_not_asked(
    model: ChatCompletions, llm: FakeLLM, question: str, text: str
) -> None:
    events = await answered(model, question=question, found=documents(log_odds=-4.0))
    assert llm.requests == []
    assert text_of(events) == text
    verdict = verdict_of(events)
    assert verdict.outcome == "no_answer"
    assert verdict.confidence is not None
    assert verdict.confidence < 0.33
    assert done_of(events) == Done("complete", Usage())


async def test_where_there_is_no_answer_the_nearest_articles_are_named_once_each(model: ChatCompletions) -> None:
    events = await answered(model, found=documents(log_odds=-4.0))
    [sources] = [event for event in events if isinstance(event, Sources)]
    assert [(source.n, source.passage.id) for source in sources.sources] == [(1, "refunds-0"), (2, "lamps-0")]


async def test_without_passages_there_is_no_answer(model: ChatCompletions, llm: FakeLLM) -> None:
    events = await answered(model, found=[], min_confidence=0.0)
    assert llm.requests == []
    assert (verdict_of(events).outcome, verdict_of(events).confidence) == ("no_answer", 0.0)


async def test_a_retriever_without_scores_leaves_the_confidence_open(model: ChatCompletions) -> None:
    events = await answered(model, found=documents(), min_confidence=0.99)
    assert (verdict_of(events).outcome, verdict_of(events).confidence) == ("answered", None)


async def test_when_the_model_fails_before_any_text_the_passages_own_sentences_answer(
    model: ChatCompletions, llm: FakeLLM
) -> None:
    llm.scenario = Scenario(status=500)
    events = await answered(model)
    assert "Refunds are paid within 5 business days. [1]" in text_of(events)
    verdict = verdict_of(events)
    assert (verdict.outcome, verdict.mode, verdict.degraded) == ("answered", "extractive", "llm_server")
    assert done_of(events) == Done("complete", Usage())
    assert not [event for event in events if isinstance(event, Failed)]


async def test_when_the_model_fails_after_some_text_that_text_stands(model: ChatCompletions, llm: FakeLLM) -> None:
    llm.scenario = Scenario(close_after=12)  # in the second sentence
    events = await answered(model)
    assert text_of(events).startswith("Refunds are paid within 5 business days. [1]")
    assert CARDS not in text_of(events)
    [failed] = [event for event in events if isinstance(event, Failed)]
    assert failed.reason == "truncated"
    assert (verdict_of(events).outcome, verdict_of(events).mode) == ("partial", "generated")
    assert done_of(events).status == "partial"


async def test_what_the_endpoint_s_filter_withholds_is_refused_and_a_person_offered(
    model: ChatCompletions, llm: FakeLLM
) -> None:
    llm.replies("")
    llm.scenario = Scenario(finish_reason="content_filter")
    events = await answered(model)
    assert text_of(events) == REFUSED["en"]
    assert (verdict_of(events).outcome, verdict_of(events).degraded) == ("refused", "")
    assert [event.reason for event in events if isinstance(event, Handoff)] == ["refused"]


@pytest.mark.parametrize("with_model", [True, False])
async def test_a_forbidden_topic_is_left_to_a_person(model: ChatCompletions, llm: FakeLLM, with_model: bool) -> None:
    retriever = ListRetriever(documents=documents(log_odds=4.0))
    events = answer(
        Question("May I have legal advice on refunds?"),
        scope="public",
        retriever=retriever,
        chat_model=model if with_model else None,
        min_confidence=0.0,
        budget=Budget(prices=PriceTable()),
        bill=Bill(),
        guidance=Guidance(forbidden_topics=("legal advice",)),
    )
    collected = [event async for event in events]
    assert text_of(collected) == REFUSED["en"]
    assert verdict_of(collected).outcome == "refused"
    assert [event.reason for event in collected if isinstance(event, Handoff)] == ["refused"]
    assert (retriever.scopes, llm.requests) == ([], [])


@pytest.mark.parametrize(
    ("follow_up", "rewritten"),
    [
        ("And for it?", "May I have legal advice on gift cards?"),
        ("Is it legal advice?", "When are refunds of gift cards paid?"),
    ],
)
async def test_no_rewriting_brings_in_or_hides_a_forbidden_topic_and_its_tokens_are_counted(
    model: ChatCompletions, llm: FakeLLM, follow_up: str, rewritten: str
) -> None:
    llm.replies(rewritten)
    events = answer(
        Question(follow_up, (Turn("user", "May I have gift cards, refunds when paid, legal advice?"),)),
        scope="public",
        retriever=ListRetriever(documents=documents(log_odds=4.0)),
        chat_model=model,
        min_confidence=0.0,
        budget=Budget(prices=PriceTable()),
        bill=Bill(),
        guidance=Guidance(forbidden_topics=("legal advice",)),
    )
    collected = [event async for event in events]
    assert verdict_of(collected).outcome == "refused"
    assert len(llm.requests) == 1
    assert [event.usage.output_tokens > 0 for event in collected if isinstance(event, Done)] == [True]


async def test_a_person_is_offered_only_where_the_answer_does_not_stand_by_itself(
    model: ChatCompletions, llm: FakeLLM
) -> None:
    assert not [event for event in await answered(model) if isinstance(event, Handoff)]
    nothing_found = await answered(model, found=[])
    llm.scenario = Scenario(status=401)
    degraded = await answered(model)
    assert [event.reason for event in (*nothing_found, *degraded) if isinstance(event, Handoff)] == [
        "no_answer",
        "degraded",
    ]


async def test_an_answer_that_ran_out_of_tokens_is_truncated(model: ChatCompletions, llm: FakeLLM) -> None:
    llm.scenario = Scenario(finish_reason="length")
    assert done_of(await answered(model)).status == "truncated"


async def test_without_a_model_the_passages_own_sentences_answer() -> None:
    events = await answered(None)
    assert "Refunds are paid within 5 business days. [1]" in text_of(events)
    assert [event.stage for event in events if isinstance(event, Status)] == ["searching", "reading"]
    assert (verdict_of(events).outcome, verdict_of(events).mode) == ("answered", "extractive")
    assert done_of(events) == Done("complete", Usage())
