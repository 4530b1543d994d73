"""Show, resume, stop and erase what one asker has said and been answered."""

import asyncio
import itertools
import json
from collections.abc import AsyncGenerator, Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from support_bot.answering.query import Turn
from support_bot.api.answers import Answers, AnswersDependency
from support_bot.api.askers import LIMITED, MISSING, Asker, Rater
from support_bot.api.heartbeat import STREAM_HEADERS, with_heartbeat
from support_bot.api.panel.fates import FatesDependency
from support_bot.api.problems import Problem, problem
from support_bot.api.runs import Runs, RunsDependency
from support_bot.api.schema import ChatAnswer, FeedbackRequest
from support_bot.api.wire import Message, last_frames
from support_bot.conversations.feedback import Feedback
from support_bot.conversations.records import Kept, KeptStatus

_JSON_LINES = "application/x-ndjson"
LINES: dict[int | str, dict[str, Any]] = {
    **MISSING,
    200: {"description": "A message a line, oldest first.", "content": {_JSON_LINES: {"schema": {"type": "string"}}}},
}

router = APIRouter(prefix="/api/v1", tags=["conversations"])


class KeptMessage(BaseModel):
    """A question and what became of it."""

    message_id: str
    conversation_id: str
    asked: str = Field(description="ISO 8601.")
    message: str = Field(description="What the asker typed.")
    status: KeptStatus
    answer: ChatAnswer | None = Field(description="Null while there is none, or where a source has been withdrawn.")
    withdrawn: bool = Field(description="Whether an article that the answer names has been hidden since.")
    feedback: dict[str, str]


class KeptConversation(BaseModel):
    """A conversation, oldest message first."""

    messages: list[KeptMessage]


@router.get(
    "/chat/{message_id}/stream",
    responses={**MISSING, 409: {"model": Problem}, 200: {"content": {"text/event-stream": {}}}},
)
async def resume(
    message_id: str,
    answers: AnswersDependency,
    runs: RunsDependency,
    asker: Asker,
    request: Request,
    last_event_id: Annotated[str, Header(max_length=100, description="Of the last event that came.")] = "",
) -> Response:
    """Go on with a stream that was cut, behind the event named; 204 when nothing is missing."""
    after = _sequence(last_event_id, message_id=message_id)
    hidden = await asyncio.to_thread(answers.knowledge_base.hidden)
    run = runs.running(message_id, owner=asker.owner)
    if run is not None:
        request.app.state.incidents.resumed(is_missing=True)
        withdrawn = bool(hidden & run.documents())
        return _stream(_withdrawn(run.message, after=after)) if withdrawn else streamed(run.written(after=after))
    kept = await asyncio.to_thread(runs.store.message, message_id, owner=asker.owner)
    if kept is None:
        raise HTTPException(404)
    if kept.status == "running":  # by another process: at the start of one, what it left running is interrupted
        raise HTTPException(409)
    missing = _frames(kept, after=after, hidden=hidden)
    request.app.state.incidents.resumed(is_missing=bool(missing))
    return _stream(missing) if missing else Response(status_code=204)


@router.post("/chat/{message_id}/stop", status_code=204, responses={**MISSING, 409: {"model": Problem}})
async def stop(message_id: str, runs: RunsDependency, asker: Asker) -> Response:
    """Stop an answer; one that has ended stays as it is."""
    run = runs.running(message_id, owner=asker.owner)
    if run is not None:
        run.stop("stopped")
        return Response(status_code=204)
    kept = await asyncio.to_thread(runs.store.message, message_id, owner=asker.owner)
    if kept is None:
        raise HTTPException(404)
    if kept.status == "running":  # by another process, which this one cannot stop
        raise HTTPException(409)
    return Response(status_code=204)


@router.get(
    "/conversations",
    response_class=StreamingResponse,
    responses=LINES,
)
async def belongings(answers: AnswersDependency, runs: RunsDependency, asker: Asker) -> Response:
    """Return everything that is kept of whoever asks."""
    hidden = await asyncio.to_thread(answers.knowledge_base.hidden)
    return await json_lines(kept_message(kept, hidden=hidden) for kept in runs.store.exported(owner=asker.owner))


@router.delete("/conversations", status_code=204, responses=MISSING)
async def erase_all(runs: RunsDependency, fates: FatesDependency, asker: Asker) -> Response:
    """Erase everything that is kept of whoever asks; of an agent, also what became of their drafts."""
    runs.stop("stopped", owner=asker.owner)
    await asyncio.to_thread(runs.store.erase_all, owner=asker.owner)
    await asyncio.to_thread(fates.erase_all, owner=asker.owner)
    return Response(status_code=204)


@router.get("/conversations/{conversation_id}", responses=MISSING)
async def conversation(
    conversation_id: str, answers: AnswersDependency, runs: RunsDependency, asker: Asker
) -> KeptConversation:
    """Return a conversation as it is kept."""
    kept = await asyncio.to_thread(runs.store.conversation, conversation_id, owner=asker.owner)
    if not kept:
        raise HTTPException(404)
    hidden = await asyncio.to_thread(answers.knowledge_base.hidden)
    return KeptConversation(messages=[kept_message(message, hidden=hidden) for message in kept])


@router.delete("/conversations/{conversation_id}", status_code=204, responses=MISSING)
async def erase(conversation_id: str, runs: RunsDependency, asker: Asker) -> Response:
    """Erase a conversation with all that was said of it."""
    runs.stop("stopped", conversation=conversation_id, owner=asker.owner)
    if not await asyncio.to_thread(runs.store.erase, conversation_id, owner=asker.owner):
        raise HTTPException(404)
    return Response(status_code=204)


@router.post("/feedback", status_code=204, responses={**MISSING, **LIMITED, 422: {"model": Problem}})
async def feedback(said: FeedbackRequest, answers: AnswersDependency, runs: RunsDependency, rater: Rater) -> Response:
    """Keep what an asker says of an answer; the last word counts."""
    kept = Feedback(
        message_id=said.message_id, rating=said.rating, reason=said.reason, comment=answers.read(said.comment)
    )
    if not await asyncio.to_thread(runs.store.rate, kept, owner=rater.owner):
        raise HTTPException(404)
    return Response(status_code=204)


async def earlier_turns(name: str, *, owner: str, answers: Answers, runs: Runs) -> list[Turn]:
    """Return what was said in a conversation, without what names an article that is hidden since."""
    kept = await runs.earlier(name, owner=owner)
    hidden = await asyncio.to_thread(answers.knowledge_base.hidden) if kept else frozenset()
    shown = [message for message in kept if message.text and not hidden & set(message.documents)]
    return [turn for message in shown for turn in (Turn("user", message.typed), Turn("assistant", message.text))]


async def again(kept: Kept, *, as_json: bool, answers: Answers) -> Response:
    """Return once more what the same request has been answered."""
    if not kept.frames:
        raise HTTPException(409)
    hidden = await asyncio.to_thread(answers.knowledge_base.hidden)
    if hidden & set(kept.documents):
        raise HTTPException(410)
    return JSONResponse(json.loads(kept.answer)) if as_json else _stream(_frames(kept, after=-1, hidden=hidden))


def kept_message(kept: Kept, *, hidden: frozenset[str] = frozenset()) -> KeptMessage:
    """Return a message as its asker, or whoever exports it, may see it."""
    is_withdrawn = bool(hidden & set(kept.documents))
    return KeptMessage(
        message_id=kept.message_id,
        conversation_id=kept.conversation,
        asked=datetime.fromtimestamp(kept.asked, UTC).isoformat(timespec="seconds"),
        message=kept.typed,
        status=kept.status,
        answer=ChatAnswer.model_validate_json(kept.answer) if kept.answer and not is_withdrawn else None,
        withdrawn=is_withdrawn,
        feedback=kept.feedback,
    )


def streamed(frames: AsyncGenerator[bytes, None]) -> Response:
    """Return frames as a response that nothing on the way holds back."""
    return StreamingResponse(with_heartbeat(frames), media_type="text/event-stream", headers=STREAM_HEADERS)


async def json_lines(objects: Iterator[BaseModel]) -> Response:
    """Return objects as JSON, one a line, as they are read. Raises what reading the first one raises."""
    lines = (f"{each.model_dump_json()}\n" for each in objects)
    first = await asyncio.to_thread(next, lines, "")
    return StreamingResponse(itertools.chain([first], lines), media_type=_JSON_LINES)


def _stream(frames: Iterable[bytes]) -> Response:
    return Response(b"".join(frames), media_type="text/event-stream", headers=STREAM_HEADERS)


def _frames(kept: Kept, *, after: int, hidden: frozenset[str]) -> list[bytes]:
    """Return the frames behind this one, none when it was the last."""
    if kept.frames and after + 1 >= len(kept.frames):
        return []
    message = Message(base_url="", conversation_id=kept.conversation, id=kept.message_id)
    if hidden & set(kept.documents):
        return _withdrawn(message, after=after)
    if not kept.frames:  # what was under way when the server died
        return last_frames(message, sequence=after + 1, reason=problem("server-restarting"))
    return [frame.encode() for frame in kept.frames[after + 1 :]]


def _withdrawn(message: Message, *, after: int) -> list[bytes]:
    return last_frames(message, sequence=after + 1, reason=problem("sources-withdrawn"))


def _sequence(last_event_id: str, *, message_id: str) -> int:
    """Return the number of the last event that came, -1 for none. Raises HTTPException for another message's."""
    if not last_event_id:
        return -1
    message, _, sequence = last_event_id.rpartition(":")
    if message != message_id or not sequence.isdecimal():
        raise HTTPException(404)
    return int(sequence)
