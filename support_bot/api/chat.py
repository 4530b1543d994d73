"""Turn `POST /api/v1/chat` into a cited answer, as server-sent events or as one JSON object."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse
from starlette.responses import Response

from support_bot.answering.query import Turn, question
from support_bot.api.answers import AnswersDependency, base_url
from support_bot.api.askers import LIMITED, Admitted
from support_bot.api.conversations import again, earlier_turns, streamed
from support_bot.api.problems import Problem
from support_bot.api.runs import RunsDependency
from support_bot.api.schema import ChatAnswer, ChatRequest
from support_bot.api.wire import Message, conversation_id, primed
from support_bot.conversations.records import Asked, Kept

router = APIRouter(prefix="/api/v1", tags=["chat"])

_Key = Annotated[
    str,
    Header(max_length=200, description="The same key with the same request gives the same answer once more."),
]


@router.post(
    "/chat",
    response_model=ChatAnswer,
    responses={
        200: {
            "description": "The answer: JSON with `Accept: application/json`, else an event stream.",
            "content": {"text/event-stream": {"example": 'event: delta\ndata: {"text": "Run `make demo`. [1]"}\n\n'}},
        },
        400: {"model": Problem},
        **LIMITED,
        409: {"model": Problem},
        410: {"model": Problem},
        413: {"model": Problem},
        422: {"model": Problem},
    },
)
async def chat(
    asked: ChatRequest,
    request: Request,
    asker: Admitted,
    answers: AnswersDependency,
    runs: RunsDependency,
    accept: Annotated[str, Header()] = "*/*",
    idempotency_key: _Key = "",
) -> Response:
    """Answer a question from the help centre, every sentence cited."""
    message = Message(
        base_url=base_url(request),
        conversation_id=conversation_id(asked.conversation_id),
        handoff_url=answers.handoff_url,
        takes_handoffs=answers.takes_handoffs,
    )
    history = [Turn(turn.role, answers.read(turn.text)) for turn in asked.history]
    if asked.conversation_id and not history:
        history = await earlier_turns(asked.conversation_id, owner=asker.owner, answers=answers, runs=runs)
    to_answer = question(answers.read(asked.message), history=history, locale=asked.locale, product=asked.product)
    run = await runs.begin(
        Asked(
            message_id=message.id,
            owner=asker.owner,
            conversation=message.conversation_id,
            typed=to_answer.text,
            key=idempotency_key,
            digest=hashlib.sha256(asked.model_dump_json().encode()).hexdigest(),
        ),
        asker=asker,
        message=message,
        events=lambda: primed(
            answers.events(to_answer, scope=asker.audience, bill=message.bill),
            is_model_needed=not answers.quotes_in_outage,
        ),
    )
    if isinstance(run, Kept):
        return await again(run, as_json="application/json" in accept, answers=answers)
    await run.attended(run.begun(), request=request)
    if "application/json" in accept:
        return JSONResponse((await run.attended(run.whole(), request=request)).model_dump())
    return streamed(run.written())
