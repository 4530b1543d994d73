"""Turn a ticket into the draft of its reply, each sentence of which cites the passage that supports it.

    ticket -> the customer's problem -> the question to search for -> retrieve -> do the passages suffice?
           -> write (a chat model, or the passages' own sentences) -> check each sentence -> greet -> events

An agent reads it, so what is internal may be used, and every passage says whether it is. Where nothing solid is found
there is no draft, only the nearest articles.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial

from langchain_core.documents import Document
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.retrievers import BaseRetriever

from knowledge.audience import Audience
from support_bot.answering.events import (
    AnswerEvent,
    Citation,
    CustomersProblem,
    Delta,
    Done,
    Failed,
    Mode,
    Status,
    Verdict,
)
from support_bot.answering.extractive import extractive_answer
from support_bot.answering.guidance import Guidance
from support_bot.answering.nearest import nearest
from support_bot.answering.writing import Writing
from support_bot.llm.budget import Bill, Budget
from support_bot.llm.errors import ModelUnavailable
from support_bot.panel.language import greeting
from support_bot.panel.prompt import Style, draft_messages
from support_bot.panel.question import asked_alone, question_of, told_of
from support_bot.panel.thread import Ticket, greeted, problem_of
from support_bot.retrieval.confidence import confidence
from support_bot.retrieval.retriever import passage_of

SCOPE: Audience = "internal"  # what an agent may read


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a draft is to be like."""

    style: Style = ""
    draft: str = ""  # that is to be written in this style


async def draft(
    ticket: Ticket,
    wanted: Wanted,
    *,
    retriever: BaseRetriever,
    chat_model: BaseChatModel | None,
    min_confidence: float,
    budget: Budget,
    bill: Bill,
    guidance: Guidance,
    quotes_in_outage: bool = True,
) -> AsyncGenerator[AnswerEvent, None]:
    """Yield the draft's events as they come to be: the customer's problem first, `Done` last.

    Raises what the retriever raises, and ModelUnavailable where nothing is to be quoted in the model's place.
    """
    mode: Mode = "extractive" if chat_model is None else "generated"
    problem, customer = problem_of(ticket), greeted(ticket.customer)
    yield CustomersProblem(problem.text, problem.message_ids, problem.language, customer)
    question = question_of(problem, ticket)
    if not question:
        for event in _nothing(mode, None, bill=bill):
            yield event
        return

    yield Status("searching", question)
    retrieved = partial(
        retriever.ainvoke, scope=SCOPE, locale=problem.language or ticket.locale, product=ticket.product
    )
    documents = await _found(question, retrieved, min_confidence=min_confidence)
    passages, probability = [passage_of(document) for document in documents], confidence(documents)
    writing = Writing(passages, guidance=guidance)
    if not _suffice(documents, min_confidence):
        yield nearest(passages)
        for event in _nothing(mode, probability, bill=bill):
            yield event
        return

    yield Status("reading")
    opening = _Opening(greeting(customer, language=problem.language))
    if chat_model is not None:
        messages = draft_messages(
            told_of(problem, ticket),
            passages,
            style=wanted.style,
            draft=wanted.draft,
            language=problem.language,
            guidance=guidance,
        )
        async with aclosing(writing.by_model(messages, chat_model, budget=budget, bill=bill)) as written:
            async for event in written:
                for each in opening.before([event]):
                    yield each
    if writing.failure and writing.failure != "budget" and writing.is_missing and not quotes_in_outage:
        raise ModelUnavailable(writing.failure)
    if chat_model is None or writing.is_missing:
        opening = _Opening("")  # quotations are a skeleton that the agent writes a reply around
        for event in writing.by_quoting(extractive_answer(question, passages)):
            yield event
    for event in opening.before(writing.decoder.flush()):
        yield event

    if writing.outcome in ("no_answer", "refused"):
        yield nearest(passages)
    if writing.broke_off:
        yield Failed(writing.broke_off)
    yield Verdict(writing.outcome, writing.mode, probability, writing.degraded)
    yield Done(writing.status, bill.usage)


class _Opening:
    """Greets before the first sentence that is shown, and moves what cites the text behind the greeting.

    The greeting is ours: a model's would say something that no passage supports, and would take the name from a mail.
    """

    def __init__(self, text: str) -> None:
        self._text = f"{text}\n\n" if text else ""
        self._is_said = False

    def before(self, events: Iterable[AnswerEvent]) -> Iterator[AnswerEvent]:
        """Yield the events with the greeting before them."""
        for event in events:
            match event:
                case Delta() if not self._is_said and self._text:
                    self._is_said = True
                    yield Delta(self._text + event.text)
                case Citation():
                    length = len(self._text)
                    start, end = event.answer_start + length, event.answer_end + length
                    yield replace(event, answer_start=start, answer_end=end)
                case _:
                    yield event


def _nothing(mode: Mode, probability: float | None, *, bill: Bill) -> list[AnswerEvent]:
    """Return the end of what is no draft."""
    return [Verdict("no_answer", mode, probability), Done("complete", bill.usage)]


async def _found(
    question: str, retrieved: Callable[[str], Awaitable[list[Document]]], *, min_confidence: float
) -> list[Document]:
    """Return what is found for a mail's question, or for what asks in it alone where only for that enough is found."""
    documents = await retrieved(question)
    alone = "" if _suffice(documents, min_confidence) else asked_alone(question)
    if not alone:
        return documents
    for_what_asks = await retrieved(alone)
    return for_what_asks if _suffice(for_what_asks, min_confidence) else documents


def _suffice(documents: Sequence[Document], min_confidence: float) -> bool:
    probability = confidence(documents)
    return bool(documents) and (probability is None or probability >= min_confidence)
