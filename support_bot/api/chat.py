"""Turn `POST /api/v1/chat` into a cited answer, as server-sent events or as one JSON object."""

from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.responses import Response

from support_bot.answering.query import Turn, question
from support_bot.api.answers import AnswersDependency, base_url
from support_bot.api.askers import LIMITED, Admitted
from support_bot.api.heartbeat import STREAM_HEADERS, with_heartbeat
from support_bot.api.problems import Problem
from support_bot.api.schema import ChatAnswer, ChatRequest
from support_bot.api.wire import Message, conversation_id, frames, primed, whole_answer

router = APIRouter(prefix="/api/v1", tags=["chat"])


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
        413: {"model": Problem},
        422: {"model": Problem},
    },
)
async def chat(
    asked: ChatRequest,
    request: Request,
    asker: Admitted,
    answers: AnswersDependency,
    accept: Annotated[str, Header()] = "*/*",
) -> Response:
    """Answer a question from the help centre, every sentence cited."""
    history = [Turn(turn.role, turn.text) for turn in asked.history]
    to_answer = question(asked.message, history=history, locale=asked.locale, product=asked.product)
    events = await primed(answers.events(to_answer, scope=asker.audience), is_model_needed=not answers.quotes_in_outage)
    message = Message(
        base_url=base_url(request),
        conversation_id=conversation_id(asked.conversation_id),
        handoff_url=answers.handoff_url,
    )
    if "application/json" in accept:
        return JSONResponse((await whole_answer(events, message=message)).model_dump())
    return StreamingResponse(
        with_heartbeat(frames(events, message=message)), media_type="text/event-stream", headers=STREAM_HEADERS
    )
