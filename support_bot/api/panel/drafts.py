"""Turn `POST /api/v1/drafts` into the draft of a ticket's reply, and `/summary` into its summary, as events."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from support_bot.answering.events import AnswerEvent
from support_bot.answering.query import Turn, question
from support_bot.api.answers import Answers, AnswersDependency, base_url
from support_bot.api.askers import LIMITED, Staff
from support_bot.api.conversations import streamed
from support_bot.api.panel.schema import DraftMeta, DraftRequest, TicketMessageData
from support_bot.api.problems import Problem
from support_bot.api.runs import RunsDependency
from support_bot.api.wire import Message, primed
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
    413: {"model": Problem},
    422: {"model": Problem},
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


@router.post("/drafts", response_class=Response, responses=_RESPONSES)
async def drafted(
    asked: DraftRequest, request: Request, agent: Staff, answers: AnswersDependency, runs: RunsDependency
) -> Response:
    """Draft the reply to a ticket, or answer the agent's own question, every sentence cited."""
    ticket = await asyncio.to_thread(read_ticket, asked, answers=answers)
    message = DraftMessage(base_url=base_url(request), conversation_id="")
    if asked.question:
        events = _answer(asked, ticket, answers=answers, message=message)
    else:
        wanted = Wanted(style=asked.style, draft=answers.read(asked.draft))
        events = _draft(ticket, wanted, answers=answers, message=message)
    run = await runs.begin_unrecorded(asker=agent, message=message, events=events)
    await run.begun()
    return streamed(run.written())


@router.post("/drafts/summary", response_class=Response, responses=_RESPONSES)
async def summed_up(
    asked: DraftRequest, request: Request, agent: Staff, answers: AnswersDependency, runs: RunsDependency
) -> Response:
    """Sum up a ticket, every sentence tied to the message that it comes from."""
    ticket = await asyncio.to_thread(read_ticket, asked, answers=answers)
    message = DraftMessage(base_url=base_url(request), conversation_id="")
    run = await runs.begin_unrecorded(
        asker=agent,
        message=message,
        events=lambda: primed(
            summary(
                ticket,
                chat_model=answers.chat_model,
                budget=answers.budget,
                bill=message.bill,
                guidance=answers.guidance,
            )
        ),
    )
    await run.begun()
    return streamed(run.written())


def read_ticket(asked: DraftRequest, *, answers: Answers) -> Ticket:
    """Return a ticket as it is read. It blocks: a long thread is a lot of HTML."""
    return Ticket(
        subject=answers.read(asked.subject),
        customer=asked.customer,
        messages=tuple(_read(message, asked.subject, answers=answers) for message in asked.messages),
        locale=asked.locale,
        product=asked.product,
    )


def _read(message: TicketMessageData, subject: str, *, answers: Answers) -> TicketMessage:
    return read_message(
        message_id=message.id,
        sender=message.sender,
        text=answers.read(message.text),
        markup=message.html,
        at=message.at,
        subject=subject,
    )


Events = AsyncGenerator[AnswerEvent, None]


def _draft(
    ticket: Ticket, wanted: Wanted, *, answers: Answers, message: DraftMessage
) -> Callable[[], Awaitable[Events]]:
    return lambda: primed(
        draft(
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
    )


def _answer(
    asked: DraftRequest, ticket: Ticket, *, answers: Answers, message: DraftMessage
) -> Callable[[], Awaitable[Events]]:
    """Return what answers the agent's question: it may go on with what the customer wrote."""
    said = problem_of(ticket).text
    history = [Turn("user", said)] if said else []
    to_answer = question(answers.read(asked.question), history=history, locale=asked.locale, product=asked.product)
    return lambda: primed(answers.events(to_answer, scope=SCOPE, bill=message.bill))
