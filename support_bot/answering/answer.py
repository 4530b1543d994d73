"""Turn a question into an answer whose every sentence cites the passage that supports it.

    message -> a person wanted? -> stand-alone question -> retrieve -> do the passages suffice?
             -> write (a chat model, now or for an earlier asker, or the passages' own sentences)
             -> check each sentence against its passage -> events

Without a chat model, or while it cannot be reached, the passages' own sentences answer, and the verdict says so.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from langchain_core.documents import Document
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.retrievers import BaseRetriever

from knowledge.audience import Audience, readable
from knowledge.passage import Passage
from support_bot.answering.cache import AnswerCache
from support_bot.answering.events import (
    AnswerEvent,
    Candidate,
    Checked,
    Delta,
    Done,
    Failed,
    Found,
    Handoff,
    HandoffReason,
    Mode,
    Outcome,
    Status,
    Verdict,
)
from support_bot.answering.extractive import extractive_answer
from support_bot.answering.follow_up import needs_more, standalone
from support_bot.answering.guidance import NO_GUIDANCE, Guidance
from support_bot.answering.nearest import nearest
from support_bot.answering.person import wants_person
from support_bot.answering.phrases import CLARIFY, HANDOFF, NO_ANSWER, REFUSED, language_of
from support_bot.answering.prompt import answer_messages
from support_bot.answering.query import Question
from support_bot.answering.writing import Writing
from support_bot.llm.budget import Bill, Budget
from support_bot.llm.errors import ModelUnavailable
from support_bot.retrieval.confidence import confidence
from support_bot.retrieval.retriever import passage_of
from support_bot.spans import span


async def answer(
    question: Question,
    *,
    scope: Audience,
    retriever: BaseRetriever,
    chat_model: BaseChatModel | None,
    min_confidence: float,
    budget: Budget,
    bill: Bill,
    guidance: Guidance = NO_GUIDANCE,
    quotes_in_outage: bool = True,
    cache: AnswerCache | None = None,
) -> AsyncGenerator[AnswerEvent, None]:
    """Yield the answer's events as they come to be; the last one is `Done`.

    `scope` is what the asker may read; `bill` is what the answer costs, also while it is unfinished. Raises what the
    retriever raises; a chat model's failure is an event, unless nothing is to be quoted in its place: then
    ModelUnavailable is raised before any text. Beyond the budget there is always something quoted.
    """
    mode: Mode = "extractive" if chat_model is None else "generated"
    language = language_of(question.text)
    if wants_person(question.text):
        for event in _to_a_person("handoff", HANDOFF[language], "asked", mode=mode, bill=bill):
            yield event
        return
    typed = question.text
    question = await standalone(question, chat_model=chat_model, budget=budget, bill=bill)
    # A rewriting may leave out the topic, or bring it in from the conversation.
    if guidance.forbids(typed) or guidance.forbids(question.text):
        for event in _to_a_person("refused", REFUSED[language], "refused", mode=mode, bill=bill):
            yield event
        return

    yield Status("searching", question.text)
    with span("retrieve") as retrieving:
        found = await retriever.ainvoke(question.text, scope=scope, locale=question.locale, product=question.product)
        retrieving.attributes["support_bot.passages"] = len(found)
    # A retriever of somebody else's may not know scopes: what it does not label is internal.
    documents = [document for document in found if passage_of(document).audience in readable(scope)]
    passages = [passage_of(document) for document in documents]
    probability = confidence(documents)
    yield Found(tuple(map(_candidate, documents)), probability)

    if not passages or (probability is not None and probability < min_confidence):
        is_vague = bool(passages) and needs_more(question)
        for event in _nearest(passages, CLARIFY[language] if is_vague else NO_ANSWER[language]):
            yield event
        yield Verdict("clarify" if is_vague else "no_answer", mode, probability)
        if not is_vague:
            yield Handoff("no_answer")
        yield Done("complete", bill.usage)
        return

    yield Status("reading")
    writing = Writing(passages, guidance=guidance)
    key = None
    if cache is not None and chat_model is not None:
        key = await cache.key(question, passages, scope=scope)
    remembered = cache.text(key) if cache is not None and key is not None else ""
    if remembered:
        for event in writing.decoder.feed(remembered):
            yield event
    elif chat_model is not None:
        messages = answer_messages(question, passages, guidance=guidance)
        async with aclosing(writing.by_model(messages, chat_model, budget=budget, bill=bill)) as events:
            async for event in events:
                yield event
    if writing.failure and writing.failure != "budget" and writing.is_missing and not quotes_in_outage:
        raise ModelUnavailable(writing.failure)
    if chat_model is None or writing.is_missing:
        for event in writing.by_quoting(extractive_answer(question.text, passages)):
            yield event
    for event in writing.decoder.flush():
        yield event

    withheld = tuple((each.failure, each.text) for each in writing.decoder.withheld)
    yield Checked(withheld, tuple(writing.decoder.misattributed))
    outcome = writing.outcome
    if outcome == "no_answer":
        for event in _nearest(passages, NO_ANSWER[language]):
            yield event
    if outcome == "refused":
        yield Delta(REFUSED[language])
    if writing.broke_off:
        yield Failed(writing.broke_off)
    if cache is not None and key is not None and outcome == "answered" and writing.is_whole(model=cache.model):
        cache.keep(key, writing.text)
    yield Verdict(outcome, writing.mode, probability, writing.degraded, cached=bool(remembered))
    if reason := _handoff_reason(outcome, writing):
        yield Handoff(reason)
    yield Done(writing.status, bill.usage)


def _candidate(document: Document) -> Candidate:
    passage, score = passage_of(document), document.metadata.get("score")
    return Candidate(passage.id, passage.document_id, None if score is None else round(float(score), 4))


def _handoff_reason(outcome: Outcome, writing: Writing) -> HandoffReason | None:
    """Return why a person is offered, None where the answer stands by itself."""
    if outcome in ("no_answer", "refused"):
        return "no_answer" if outcome == "no_answer" else "refused"
    return "degraded" if writing.failure or writing.finish == "content_filter" else None


def _to_a_person(outcome: Outcome, text: str, reason: HandoffReason, *, mode: Mode, bill: Bill) -> list[AnswerEvent]:
    """Return the events of what only a person deals with."""
    return [Delta(text), Verdict(outcome, mode, None), Handoff(reason), Done("complete", bill.usage)]


def _nearest(passages: Sequence[Passage], text: str) -> list[AnswerEvent]:
    """Return the nearest articles, and the sentence that stands in for an answer."""
    return [nearest(passages), Delta(text)]
