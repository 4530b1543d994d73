"""Turn OpenAI's chat-completions protocol into a cited answer, so that clients written for it work unchanged.

Source: https://platform.openai.com/docs/api-reference/chat. The last user message is the question, earlier user and
assistant messages are its history; system messages, tools and sampling settings are read past, since how to answer is
the site's to say. Clients of this protocol drop fields that they do not know, so the sources also end the text.
"""

import json
import logging
import re
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from support_bot.answering.events import AnswerEvent, Delta, Done, Failed, Sources
from support_bot.answering.phrases import SOURCES_HEADING, language_of
from support_bot.answering.query import Question, QuestionRefused, Turn, question
from support_bot.api.answers import AnswersDependency, base_url
from support_bot.api.askers import LIMITED, REFUSALS, Admitted, Asker
from support_bot.api.heartbeat import STREAM_HEADERS, with_heartbeat
from support_bot.api.problems import OpenAIError, Problem, problem_of
from support_bot.api.runs import RunsDependency
from support_bot.api.schema import ChatAnswer, Locale, Product, SourceData
from support_bot.api.wire import Message, conversation_id, interruption, primed, source_data

MODEL = "support-bot"

# Of an earlier answer as its client sends it back: the model need not pay for it, nor see an article's address.
_SOURCE_LIST = re.compile(rf"\n\n\*\*(?:{'|'.join(SOURCES_HEADING.values())})\*\*\n\n1\. .*\Z", re.DOTALL)

logger = logging.getLogger(__name__)

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
    locale: str = Locale
    product: str = Product


@router.get("/models", responses=REFUSALS)
async def models(asker: Asker) -> dict[str, Any]:
    """List the one model there is."""
    return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}]}


@router.post(
    "/chat/completions",
    responses={
        200: {
            "description": "The completion: JSON, or an event stream with `stream: true`.",
            "content": {"application/json": {"schema": {"type": "object"}}, "text/event-stream": {}},
        },
        **LIMITED,
        422: {"model": Problem},
    },
)
async def chat_completions(
    asked: CompletionRequest, request: Request, asker: Admitted, answers: AnswersDependency, runs: RunsDependency
) -> Response:
    """Answer the last user message from the help centre, every sentence cited."""
    question_asked = _question(asked, read=answers.read)
    message = Message(
        base_url=base_url(request),
        conversation_id=conversation_id(None),
        handoff_url=answers.handoff_url,
        takes_handoffs=answers.takes_handoffs,
    )
    run = await runs.begin_once(
        question_asked.text,
        asker=asker,
        message=message,
        events=lambda: primed(
            answers.events(question_asked, scope=asker.audience, bill=message.bill),
            is_model_needed=not answers.quotes_in_outage,
        ),
    )
    await run.attended(run.begun(), request=request)
    heading = SOURCES_HEADING[language_of(question_asked.text)]
    if asked.stream:
        include_usage = bool(asked.stream_options and asked.stream_options.include_usage)
        chunks = _chunks(run.happened(), message=message, heading=heading, include_usage=include_usage)
        return StreamingResponse(with_heartbeat(chunks), media_type="text/event-stream", headers=STREAM_HEADERS)
    return JSONResponse(_completion(await run.attended(run.whole(), request=request), heading=heading))


def _question(asked: CompletionRequest, *, read: Callable[[str], str]) -> Question:
    spoken = [message for message in asked.messages if message.role in ("user", "assistant")]
    if not spoken or spoken[-1].role != "user":
        raise QuestionRefused("The last message must have the role 'user': it is the question.")
    history = [
        Turn("user", read(turn.text()))
        if turn.role == "user"
        else Turn("assistant", read(_SOURCE_LIST.sub("", turn.text())))
        for turn in spoken[:-1]
    ]
    return question(read(spoken[-1].text()), history=history, locale=asked.locale, product=asked.product)


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
        "support_bot": answer.model_dump(
            include={"outcome", "status", "mode", "degraded", "cached", "question", "handoff", "confidence", "cost"}
        ),
    }


async def _chunks(
    events: AsyncGenerator[AnswerEvent, None], *, message: Message, heading: str, include_usage: bool
) -> AsyncGenerator[bytes, None]:
    sources: list[SourceData] = []
    yield _chunk(message, {"role": "assistant", "content": ""})
    try:
        async with aclosing(events):
            async for event in events:
                match event:
                    case Delta():
                        yield _chunk(message, {"content": event.text})
                    case Sources():
                        sources.extend(source_data(source, base_url=message.base_url) for source in event.sources)
                    case Failed():
                        yield _error_chunk(interruption(event))
                    case Done():
                        for chunk in _last_chunks(event, sources, message=message, heading=heading):
                            yield chunk
                        if include_usage:
                            yield _chunk(message, None, usage=_usage_of(event))
                    case _:
                        pass
    except Exception as error:  # the status is sent already: what broke can only be told as a chunk
        logger.exception("Message %s broke off.", message.id)
        yield _error_chunk(problem_of(error))
    yield b"data: [DONE]\n\n"


def _last_chunks(done: Done, sources: list[SourceData], *, message: Message, heading: str) -> Iterator[bytes]:
    yield _chunk(message, {"content": _source_list(sources, heading=heading)})
    yield _chunk(message, {}, finish="length" if done.status == "truncated" else "stop")


def _usage_of(done: Done) -> dict[str, Any]:
    return _usage(done.usage.input_tokens, done.usage.cached_tokens, done.usage.output_tokens)


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


def _error_chunk(found: Problem) -> bytes:
    """Return what makes OpenAI's clients raise: a chunk with an error, after which nothing is whole."""
    error = OpenAIError(message=found.detail, code=found.type.rsplit("/", 1)[1], type="server_error")
    return f"data: {json.dumps({'error': error.model_dump()})}\n\n".encode()


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
