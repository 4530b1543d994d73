"""Turn `POST /api/v1/drafts` into the draft of a ticket's reply, and `/summary` into its summary, as events."""

import asyncio
import uuid
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from support_bot.answering.query import Turn, question
from support_bot.api.answers import Answers, AnswersDependency, base_url
from support_bot.api.askers import LIMITED, Staff
from support_bot.api.conversations import streamed
from support_bot.api.panel.fates import FatesDependency, kept
from support_bot.api.panel.notes import ChatwootDependency
from support_bot.api.panel.schema import DraftMeta, DraftRequest, TicketMessageData
from support_bot.api.problems import Problem
from support_bot.api.run import Events
from support_bot.api.runs import RunsDependency
from support_bot.api.wire import Message, primed
from support_bot.panel.chatwoot import ChatwootConversations
from support_bot.panel.draft import SCOPE, Wanted, draft
from support_bot.panel.summary import summary
from support_bot.panel.thread import Ticket, TicketMessage, problem_of, read_message

router = APIRouter(prefix="/api/v1", tags=["panel"])

_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "An event stream.",
        "content": {"text/event-stream": {"example": 'event: delta\ndata: {"text": "Run `make demo`. [1]"}\n\n'}},
    },
    400: {"model": Problem},
    **LIMITED,
    404: {"model": Problem},
    413: {"model": Problem},
    422: {"model": Problem},
    502: {"model": Problem},
}


@dataclass(slots=True)
class DraftMessage(Message):
    """A draft on its way to the panel."""

    id: str = field(default_factory=lambda: f"d_{uuid.uuid4().hex}")

    def meta(self) -> DraftMeta:
        """Return the names."""
        return DraftMeta(
            conversation_id=self.conversation_id, message_id=self.id, trace_id=self.trace_id, draft_id=self.id
        )


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who drafts, and by what."""

    request: Request
    agent: Staff
    answers: AnswersDependency
    runs: RunsDependency
    fates: FatesDependency
    chatwoot: ChatwootDependency

    def message(self) -> DraftMessage:
        """Return a draft that nothing has been done for yet: its clock runs from here."""
        return DraftMessage(base_url=base_url(self.request), conversation_id="")

    async def streamed(self, kind: str, events: Events, asked: DraftRequest, message: DraftMessage) -> Response:
        """Return what is drafted as a stream; it is kept and counted."""
        meter = self.answers.meter
        noted = kept(events, kind=kind, asked=asked, agent=self.agent, message=message, fates=self.fates, meter=meter)
        run = await self.runs.begin_unrecorded(asker=self.agent, message=message, events=lambda: primed(noted))
        await run.attended(run.begun(), request=self.request)
        return streamed(run.written())


@router.post("/drafts", response_class=Response, responses=_RESPONSES)
async def drafted(asked: DraftRequest, desk: Annotated[_Desk, Depends()]) -> Response:
    """Draft the reply to a ticket, or answer the agent's own question, every sentence cited."""
    message, answers = desk.message(), desk.answers
    ticket = await _ticket(asked, answers=answers, chatwoot=desk.chatwoot)
    if asked.question:
        return await desk.streamed("question", _answer(asked, ticket, answers=answers, message=message), asked, message)
    wanted = Wanted(style=asked.style, draft=answers.read(asked.draft))
    return await desk.streamed("draft", _draft(ticket, wanted, answers=answers, message=message), asked, message)


@router.post("/drafts/summary", response_class=Response, responses=_RESPONSES)
async def summed_up(asked: DraftRequest, desk: Annotated[_Desk, Depends()]) -> Response:
    """Sum up a ticket, every sentence tied to the message that it comes from."""
    message, answers = desk.message(), desk.answers
    ticket = await _ticket(asked, answers=answers, chatwoot=desk.chatwoot)
    events = summary(
        ticket,
        chat_model=answers.chat_model,
        budget=answers.budget,
        bill=message.bill,
        guidance=answers.guidance,
    )
    return await desk.streamed("summary", events, asked, message)


async def _ticket(asked: DraftRequest, *, answers: Answers, chatwoot: ChatwootConversations) -> Ticket:
    """Return a ticket as it is read: a Chatwoot conversation from there, where the server can."""
    is_read_there = asked.host == "chatwoot" and chatwoot.is_set
    if is_read_there and asked.account_id is not None and asked.conversation_id is not None:
        found = await chatwoot.messages(account=asked.account_id, conversation=asked.conversation_id)
        messages = tuple(replace(message, text=answers.read(message.text)) for message in found)
    else:
        messages = await asyncio.to_thread(_read_all, asked, answers=answers)  # a long thread is a lot of HTML
    return Ticket(
        subject=answers.read(asked.subject),
        customer=asked.customer,
        messages=messages,
        locale=asked.locale,
        product=asked.product,
    )


def _read_all(asked: DraftRequest, *, answers: Answers) -> tuple[TicketMessage, ...]:
    return tuple(_read(message, asked.subject, answers=answers) for message in asked.messages)


def _read(message: TicketMessageData, subject: str, *, answers: Answers) -> TicketMessage:
    found = read_message(
        message_id=message.id,
        sender=message.sender,
        text=message.text,
        markup=message.html,
        at=message.at,
        subject=subject,
    )
    return replace(found, text=answers.read(found.text))


def _draft(ticket: Ticket, wanted: Wanted, *, answers: Answers, message: DraftMessage) -> Events:
    return draft(
        ticket,
        wanted,
        retriever=answers.retriever,
        chat_model=answers.chat_model,
        min_confidence=answers.min_confidence,
        budget=answers.budget,
        bill=message.bill,
        guidance=answers.guidance,
        quotes_in_outage=answers.quotes_in_outage,
    )


def _answer(asked: DraftRequest, ticket: Ticket, *, answers: Answers, message: DraftMessage) -> Events:
    """Return what answers the agent's question: it may go on with what the customer wrote."""
    said = problem_of(ticket).text
    history = [Turn("user", said)] if said else []
    to_answer = question(answers.read(asked.question), history=history, locale=asked.locale, product=asked.product)
    return answers.events(to_answer, scope=SCOPE, bill=message.bill)
