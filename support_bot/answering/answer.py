"""Turn a question into an answer whose every sentence cites the passage that supports it.

    question -> retrieve -> do the passages suffice? -> write (a chat model, or the passages' own sentences)
             -> check each sentence against its passage -> events

Without a chat model, or while it cannot be reached, the passages' own sentences answer, and the verdict says so.
"""

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import cast

from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.retrievers import BaseRetriever

from knowledge.audience import Audience
from knowledge.passage import Passage
from support_bot.answering.decoder import VerifiedDecoder
from support_bot.answering.events import (
    AnswerEvent,
    Delta,
    Done,
    Failed,
    Mode,
    NumberedPassage,
    Outcome,
    Sources,
    Status,
    Usage,
    Verdict,
)
from support_bot.answering.extractive import extractive_answer
from support_bot.answering.phrases import NO_ANSWER, language_of
from support_bot.answering.prompt import answer_messages
from support_bot.answering.query import Question
from support_bot.llm.errors import ModelUnavailable
from support_bot.llm.pricing import Prices
from support_bot.retrieval.confidence import confidence
from support_bot.retrieval.retriever import passage_of

logger = logging.getLogger(__name__)

ChunkStream = AsyncGenerator[AIMessageChunk, None]  # what `astream` returns, whose type promises less

_NEAREST = 3  # articles offered where there is no answer


async def answer(
    question: Question,
    *,
    scope: Audience,
    retriever: BaseRetriever,
    chat_model: BaseChatModel | None,
    min_confidence: float,
    prices: Prices,
) -> AsyncGenerator[AnswerEvent, None]:
    """Yield the answer's events as they come to be; the last one is `Done`.

    `scope` is what the asker may read. Raises what the retriever raises; a chat model's failure is an event.
    """
    yield Status("searching")
    documents = await retriever.ainvoke(question.text, scope=scope)
    passages = [passage_of(document) for document in documents]

    probability = confidence(documents)
    if not passages or (probability is not None and probability < min_confidence):
        for event in _no_answer(question, passages, mode=_mode(chat_model), confidence=probability):
            yield event
        return

    yield Status("reading")
    decoder = VerifiedDecoder(passages)  # holds each sentence back until it has found the words that support it
    usage, degraded, finish = Usage(), "", ""
    if chat_model is not None:
        yield Status("writing")
        try:
            # Closed at once when the asker leaves, and with it the connection to the endpoint.
            chunks = cast(ChunkStream, chat_model.astream(answer_messages(question, passages)))
            async with aclosing(chunks):
                async for chunk in chunks:
                    for event in decoder.feed(chunk.text):
                        yield event
                    usage = _usage(chunk, prices=prices) or usage
                    finish = chunk.response_metadata.get("finish_reason", finish)
        except ModelUnavailable as error:
            if decoder.text:
                for event in (*decoder.flush(), Failed(error.kind, str(error))):
                    yield event
                logger.warning("%s", error)
                yield Verdict("partial", "generated", probability)
                yield Done("partial", usage)
                return
            logger.warning("%s", error)  # it names the setting to mend
            degraded = f"llm_{error.kind}"

    if chat_model is None or degraded:
        decoder = VerifiedDecoder(passages)
        for event in decoder.feed(extractive_answer(question.text, passages)):
            yield event
    for event in decoder.flush():
        yield event

    mode: Mode = "extractive" if chat_model is None or degraded else "generated"
    if not decoder.citations:
        for event in _no_answer(question, passages, mode=mode, confidence=probability, usage=usage, degraded=degraded):
            yield event
        return
    outcome: Outcome = "partial" if decoder.withheld else "answered"
    yield Verdict(outcome, mode, probability, degraded)
    yield Done("truncated" if finish == "length" else "complete", usage)


def _no_answer(
    question: Question,
    passages: Sequence[Passage],
    *,
    mode: Mode,
    confidence: float | None,
    usage: Usage | None = None,
    degraded: str = "",
) -> list[AnswerEvent]:
    nearest = list({passage.document_id: passage for passage in reversed(passages)}.values())[::-1][:_NEAREST]
    return [
        Sources(tuple(NumberedPassage(n, passage) for n, passage in enumerate(nearest, start=1))),
        Delta(NO_ANSWER[language_of(question.text)]),
        Verdict("no_answer", mode, confidence, degraded),
        Done("complete", usage or Usage()),
    ]


def _mode(chat_model: BaseChatModel | None) -> Mode:
    return "extractive" if chat_model is None else "generated"


def _usage(chunk: AIMessageChunk, *, prices: Prices) -> Usage | None:
    """Return what the endpoint counted, None for a chunk that does not say."""
    counted = chunk.usage_metadata
    if counted is None:
        return None
    cached = counted.get("input_token_details", {}).get("cache_read", 0)
    return Usage(
        input_tokens=counted["input_tokens"],
        cached_tokens=cached,
        output_tokens=counted["output_tokens"],
        cost=prices.cost(
            input_tokens=counted["input_tokens"], cached_tokens=cached, output_tokens=counted["output_tokens"]
        ),
    )
