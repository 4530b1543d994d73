"""Give each route the finished objects that it answers with."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.retrievers import BaseRetriever

from knowledge.audience import Audience
from support_bot.answering.answer import answer
from support_bot.answering.cache import AnswerCache
from support_bot.answering.events import AnswerEvent, Mode
from support_bot.answering.guidance import Guidance
from support_bot.answering.query import Question
from support_bot.api.meter import Meter
from support_bot.conversations.masking import masked
from support_bot.llm.budget import Bill, Budget
from support_bot.llm.chat_model import ChatCompletions
from support_bot.llm.errors import FaultKind
from support_bot.retrieval.knowledge_base import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Answers:
    """What answering needs, built once by `support_bot.app`."""

    knowledge_base: KnowledgeBase
    retriever: BaseRetriever
    chat_model: BaseChatModel | None
    min_confidence: float
    budget: Budget
    guidance: Guidance
    quotes_in_outage: bool
    public_url: str
    handoff_url: str
    takes_handoffs: bool
    reply_time: str
    title: str
    accent: str
    locale: str
    suggestions: tuple[str, ...]
    masks_personal: bool
    meter: Meter
    cache: AnswerCache | None

    @property
    def mode(self) -> Mode:
        """The mode that answers have while nothing is wrong."""
        return "extractive" if self.chat_model is None else "generated"

    @property
    def fault(self) -> FaultKind | None:
        """Why the model is not asked at the moment, None while it is."""
        return self.chat_model.fault if isinstance(self.chat_model, ChatCompletions) else None

    def degraded(self) -> str | None:
        """Return why that mode is not possible at the moment, None while it is. It blocks."""
        if self.fault:
            return f"llm_{self.fault}"
        is_spent = self.chat_model is not None and any(spent.is_reached for spent in self.budget.standing())
        return "budget" if is_spent else None

    def read(self, typed: str) -> str:
        """Return what is read of a text that somebody typed: all of it, or what is left once it is masked."""
        return masked(typed) if self.masks_personal else typed

    def events(self, asked: Question, *, scope: Audience, bill: Bill) -> AsyncGenerator[AnswerEvent, None]:
        """Yield the events of the answer to a question, from what this scope may read; its cost goes on the bill."""
        events = answer(
            asked,
            scope=scope,
            retriever=self.retriever,
            chat_model=self.chat_model,
            min_confidence=self.min_confidence,
            budget=self.budget,
            bill=bill,
            guidance=self.guidance,
            quotes_in_outage=self.quotes_in_outage,
            cache=self.cache,
        )
        return self.meter.observed(events, bill=bill)


def _answers(request: Request) -> Answers:
    answers: Answers = request.app.state.answers
    return answers


AnswersDependency = Annotated[Answers, Depends(_answers)]


def base_url(request: Request) -> str:
    """Return the address under which the asker reaches this server, without a slash at its end."""
    answers = _answers(request)
    return (answers.public_url or str(request.base_url)).rstrip("/")
