"""Turn OpenAI's chat-completions protocol into a cited answer, so that clients written for it work unchanged.

Source: https://platform.openai.com/docs/api-reference/chat. The last user message is the question, earlier user and
assistant messages are its history; system messages, tools and sampling settings are read past, since how to answer is
the site's to say. Clients of this protocol drop fields that they do not know, so the sources also end the text.
"""

import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from support_bot.answering.events import AnswerEvent, Delta, Done, Sources
from support_bot.answering.phrases import SOURCES_HEADING, language_of
from support_bot.answering.query import Question, QuestionRefused, Turn, question
from support_bot.api.answers import AnswersDependency, base_url
from support_bot.api.chat import STREAM_HEADERS
from support_bot.api.problems import Problem
from support_bot.api.schema import ChatAnswer, SourceData
from support_bot.api.wire import Message, conversation_id, primed, source_data, whole_answer, with_heartbeat

MODEL = "support-bot"

router = APIRouter(prefix="/v1", tags=["openai"])


class TextPart(BaseModel):
    """A part of a message; parts other than text are read past."""

    type: str
    text: str = ""


class CompletionMessage(BaseModel):
    """One message of the conversation."""

    role: str
    content: str | list[TextPart] | None = None

    def text(self) -> str:
        """Return the message's text."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream holds besides the text."""

    include_usage: bool | None = False


class CompletionRequest(BaseModel):
    """A question in OpenAI's words. Any model name will do; fields not named here are read past."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"model": MODEL, "messages": [{"role": "user", "content": "How do I add my own articles?"}]}]
        }
    )

    model: str = Field(default=MODEL)
    messages: list[CompletionMessage] = Field(min_length=1)
    stream: bool | None = False
    stream_options: StreamOptions | None = None


@router.get("/models")
async def models() -> dict[str, Any]:
    """List the one model there is."""
    return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}]}


@router.post(
    "/chat/completions",
    responses={
        200: {
            "description": "The completion: JSON, or an event stream with `stream: true`.",
            "content": {"application/json": {"schema": {"type": "object"}}, "text/event-stream": {}},
        },
        422: {"model": Problem},
        503: {"model": Problem},
    },
)
async def chat_completions(asked: CompletionRequest, request: Request, answers: AnswersDependency) -> Response:
    """Answer the last user message from the help centre, every sentence cited."""
    question_asked = _question(asked)
    events = await primed(answers.events(question_asked))
    message = Message(base_url=base_url(request), conversation_id=conversation_id(None))
    heading = SOURCES_HEADING[language_of(question_asked.text)]
    if asked.stream:
        include_usage = bool(asked.stream_options and asked.stream_options.include_usage)
        chunks = _chunks(events, message=message, heading=heading, include_usage=include_usage)
        return StreamingResponse(with_heartbeat(chunks), media_type="text/event-stream", headers=STREAM_HEADERS)
    return JSONResponse(_completion(await whole_answer(events, message=message), heading=heading))


def _question(asked: CompletionRequest) -> Question:
    spoken = [message for message in asked.messages if message.role in ("user", "assistant")]
    if not spoken or spoken[-1].role != "user":
        raise QuestionRefused("The last message must have the role 'user': it is the question.")
    history = [Turn("user" if turn.role == "user" else "assistant", turn.text()) for turn in spoken[:-1]]
    return question(spoken[-1].text(), history=history)


def _completion(answer: ChatAnswer, *, heading: str) -> dict[str, Any]:
    content = answer.text + _source_list(answer.sources, heading=heading)
    return {
        "id": f"chatcmpl-{answer.message_id}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, "refusal": None},
                "logprobs": None,
                "finish_reason": "length" if answer.status == "truncated" else "stop",
            }
        ],
        "usage": _usage(answer.usage.input_tokens, answer.usage.cached_tokens, answer.usage.output_tokens),
        "citations": [citation.model_dump() for citation in answer.citations],
        "support_bot": answer.model_dump(include={"outcome", "status", "mode", "degraded", "confidence", "cost"}),
    }


async def _chunks(
    events: AsyncGenerator[AnswerEvent, None], *, message: Message, heading: str, include_usage: bool
) -> AsyncGenerator[bytes, None]:
    sources: list[SourceData] = []
    finish: Literal["stop", "length"] = "stop"
    async with aclosing(events):
        yield _chunk(message, {"role": "assistant", "content": ""})
        async for event in events:
            match event:
                case Delta():
                    yield _chunk(message, {"content": event.text})
                case Sources():
                    sources.extend(source_data(source, base_url=message.base_url) for source in event.sources)
                case Done():
                    finish = "length" if event.status == "truncated" else "stop"
                    yield _chunk(message, {"content": _source_list(sources, heading=heading)})
                    yield _chunk(message, {}, finish=finish)
                    if include_usage:
                        usage = _usage(event.usage.input_tokens, event.usage.cached_tokens, event.usage.output_tokens)
                        yield _chunk(message, None, usage=usage)
                case _:
                    pass
    yield b"data: [DONE]\n\n"


def _chunk(
    message: Message, delta: dict[str, str] | None, *, finish: str | None = None, usage: dict[str, Any] | None = None
) -> bytes:
    chunk = {
        "id": f"chatcmpl-{message.id}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": MODEL,
        "choices": [] if delta is None else [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}],
        **({"usage": usage} if usage else {}),
    }
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode()


def _usage(input_tokens: int, cached_tokens: int, output_tokens: int) -> dict[str, Any]:
    return {
        "prompt_tokens": input_tokens,
        "completion_tokens": output_tokens,
        "total_tokens": input_tokens + output_tokens,
        "prompt_tokens_details": {"cached_tokens": cached_tokens},
    }


def _source_list(sources: list[SourceData], *, heading: str) -> str:
    if not sources:
        return ""
    lines = [f"{source.n}. [{_escaped(source.title)}]({source.url})" for source in sources]
    return f"\n\n**{heading}**\n\n" + "\n".join(lines)


def _escaped(title: str) -> str:
    return title.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
