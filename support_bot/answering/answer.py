"""Turn a question into an answer whose every sentence cites the passage that supports it.

    message -> a person wanted? -> stand-alone question -> retrieve -> do the passages suffice?
             -> write (a chat model, now or for an earlier asker, or the passages' own sentences)
             -> check each sentence against its passage -> events

Without a chat model, or while it cannot be reached, the passages' own sentences answer, and the verdict says so.
"""

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import cast

from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.retrievers import BaseRetriever

from knowledge.audience import Audience, readable
from knowledge.passage import Passage
from support_bot.answering.cache import AnswerCache
from support_bot.answering.decoder import VerifiedDecoder
from support_bot.answering.events import (
    AnswerEvent,
    Delta,
    Done,
    Failed,
    Handoff,
    HandoffReason,
    MessageStatus,
    Mode,
    NumberedPassage,
    Outcome,
    Sources,
    Status,
    Verdict,
)
from support_bot.answering.extractive import extractive_answer
from support_bot.answering.follow_up import needs_more, standalone
from support_bot.answering.guidance import NO_GUIDANCE, Guidance
from support_bot.answering.person import wants_person
from support_bot.answering.phrases import CLARIFY, HANDOFF, NO_ANSWER, REFUSED, language_of
from support_bot.answering.prompt import CANARY, answer_messages
from support_bot.answering.query import Question
from support_bot.llm.budget import Bill, Budget
from support_bot.llm.clocks import with_silence
from support_bot.llm.errors import FaultKind, ModelUnavailable
from support_bot.retrieval.confidence import confidence
from support_bot.retrieval.retriever import passage_of

logger = logging.getLogger(__name__)

ChunkStream = AsyncGenerator[AIMessageChunk, None]  # what `astream` returns, whose type promises less

_SILENCE_SECONDS = 4.0  # of the model, until the asker is told that it is still at work
_NEAREST = 3  # articles offered where there is no answer


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
    found = await retriever.ainvoke(question.text, scope=scope, locale=question.locale, product=question.product)
    # A retriever of somebody else's may not know scopes: what it does not label is internal.
    documents = [document for document in found if passage_of(document).audience in readable(scope)]
    passages = [passage_of(document) for document in documents]
    probability = confidence(documents)

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
    # Holds each sentence back until it has found what supports it.
    writing = _Writing(_decoder(passages, guidance))
    key = None
    if cache is not None and chat_model is not None:
        key = await cache.key(question, passages, scope=scope)
    remembered = cache.text(key) if cache is not None and key is not None else ""
    if remembered:
        for event in writing.decoder.feed(remembered):
            yield event
    elif chat_model is not None:
        messages = answer_messages(question, passages, guidance=guidance)
        async with aclosing(_generated(messages, chat_model, writing=writing, budget=budget, bill=bill)) as events:
            async for event in events:
                yield event
    if writing.failure and writing.failure != "budget" and not writing.decoder.text and not quotes_in_outage:
        raise ModelUnavailable(writing.failure)
    if chat_model is None or (writing.failure and not writing.decoder.text):
        mode, writing.decoder = "extractive", _decoder(passages, guidance)
        for event in writing.decoder.feed(extractive_answer(question.text, passages)):
            yield event
    for event in writing.decoder.flush():
        yield event

    broke_off = writing.failure if mode == "generated" else None
    outcome = _outcome(writing, broke_off=bool(broke_off))
    if outcome == "no_answer":
        for event in _nearest(passages, NO_ANSWER[language]):
            yield event
    if outcome == "refused":
        yield Delta(REFUSED[language])
    if broke_off:
        yield Failed(broke_off)
    if cache is not None and key is not None and outcome == "answered" and writing.is_whole(model=cache.model):
        cache.keep(key, writing.text)
    yield Verdict(outcome, mode, probability, _degraded(writing.failure), cached=bool(remembered))
    if reason := _handoff_reason(outcome, writing):
        yield Handoff(reason)
    yield Done(_status(writing.finish, broke_off=bool(broke_off)), bill.usage)


@dataclass(slots=True)
class _Writing:
    """How far the answer is."""

    decoder: VerifiedDecoder
    finish: str = ""  # the reason that the endpoint gave for ending
    failure: FaultKind | None = None  # the chat model's, None when it did not fail
    text: str = ""  # as the chat model wrote it
    model: str = ""  # that wrote it, "" when it does not say

    def is_whole(self, *, model: str) -> bool:
        """Whether this model has written all of its text: not a second endpoint's, and nothing cut off."""
        return self.finish == "stop" and not self.failure and self.model in ("", model) and bool(self.text)


async def _generated(
    messages: Sequence[BaseMessage], chat_model: BaseChatModel, *, writing: _Writing, budget: Budget, bill: Bill
) -> AsyncGenerator[AnswerEvent, None]:
    """Yield what the chat model writes, checked; a failure of it ends the writing and is noted."""
    yield Status("writing")
    tail = ""  # of what has been written
    chunks = cast(ChunkStream, chat_model.astream(list(messages)))
    try:
        # Closed at once when the asker leaves, and with it the connection to the endpoint.
        async with (
            budget.call(messages, bill=bill) as call,
            aclosing(chunks),
            aclosing(with_silence(chunks, seconds=_SILENCE_SECONDS)) as heard,
        ):
            async for chunk in heard:
                if chunk is None:
                    yield Status("waiting")
                    continue
                call.note(chunk)
                tail = tail[-len(CANARY) :] + chunk.text
                if CANARY in tail:
                    logger.warning("The model repeats its instructions; what it writes is not shown.")
                    writing.finish = "content_filter"
                    return
                for event in writing.decoder.feed(chunk.text):
                    yield event
                writing.text += chunk.text
                writing.model = chunk.response_metadata.get("model_name", writing.model)
                writing.finish = chunk.response_metadata.get("finish_reason", writing.finish)
    except ModelUnavailable as error:
        logger.warning("%s", error)  # it names the setting to mend
        writing.failure = error.kind


def _decoder(passages: Sequence[Passage], guidance: Guidance) -> VerifiedDecoder:
    return VerifiedDecoder(passages, own_names=guidance.own_names, allowed_hosts=guidance.allowed_hosts)


def _outcome(writing: _Writing, *, broke_off: bool) -> Outcome:
    is_filtered = writing.finish == "content_filter"
    if not writing.decoder.citations:
        return "refused" if is_filtered else "no_answer"
    return "partial" if writing.decoder.withheld or broke_off or is_filtered else "answered"


def _handoff_reason(outcome: Outcome, writing: _Writing) -> HandoffReason | None:
    """Return why a person is offered, None where the answer stands by itself."""
    if outcome in ("no_answer", "refused"):
        return "no_answer" if outcome == "no_answer" else "refused"
    return "degraded" if writing.failure or writing.finish == "content_filter" else None


def _degraded(failure: FaultKind | None) -> str:
    """Return why the model did not write the answer, or not all of it; "" where it did."""
    if failure == "budget":
        return "budget"
    return f"llm_{failure}" if failure else ""


def _status(finish: str, *, broke_off: bool) -> MessageStatus:
    if broke_off:
        return "partial"
    return "truncated" if finish in ("length", "content_filter") else "complete"


def _to_a_person(outcome: Outcome, text: str, reason: HandoffReason, *, mode: Mode, bill: Bill) -> list[AnswerEvent]:
    """Return the events of what only a person deals with."""
    return [Delta(text), Verdict(outcome, mode, None), Handoff(reason), Done("complete", bill.usage)]


def _nearest(passages: Sequence[Passage], text: str) -> list[AnswerEvent]:
    """Return the nearest articles, and the sentence that stands in for an answer."""
    nearest = list({passage.document_id: passage for passage in reversed(passages)}.values())[::-1][:_NEAREST]
    return [Sources(tuple(NumberedPassage(n, passage) for n, passage in enumerate(nearest, start=1))), Delta(text)]
