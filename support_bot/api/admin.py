"""Show, export and erase what is kept of everybody, to those of the site's own people whose keys say that they may."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from support_bot.api.answers import AnswersDependency
from support_bot.api.askers import MISSING, Admin, Staff
from support_bot.api.conversations import LINES, KeptMessage, json_lines, kept_message
from support_bot.api.panel.fates import FatesDependency
from support_bot.api.runs import RunsDependency
from support_bot.api.schema import PRINTED
from support_bot.api.trace import Trace
from support_bot.conversations.records import Kept

router = APIRouter(prefix="/api/v1/admin", tags=["admin"])

_OWNER = Query(
    min_length=1,
    max_length=300,
    pattern=PRINTED,
    description="One asker, such as `customer:` and the id that your proofs name.",
)


class TracedMessage(KeptMessage):
    """A question, what became of it, and how that came about."""

    owner: str = Field(description="Whose conversation it is.")
    model: str = Field(description="That wrote the answer; empty where none did.")
    trace: Trace | None = Field(description="Null while there is none, or where a source has been withdrawn.")


class TracedConversation(BaseModel):
    """A conversation, oldest message first."""

    messages: list[TracedMessage]


@router.get("/conversations/{conversation_id}", responses=MISSING)
async def conversation(
    conversation_id: str, answers: AnswersDependency, runs: RunsDependency, reader: Staff
) -> TracedConversation:
    """Return the conversations of this id, or the one that this message is of, with how each answer came about."""
    kept = await asyncio.to_thread(runs.store.named, conversation_id)
    if not kept:
        raise HTTPException(404)
    hidden = await asyncio.to_thread(answers.knowledge_base.hidden)
    return TracedConversation(messages=[traced_message(message, hidden=hidden) for message in kept])


@router.get(
    "/conversations",
    response_class=StreamingResponse,
    responses=LINES,
)
async def export(
    answers: AnswersDependency, runs: RunsDependency, admin: Admin, owner: Annotated[str | None, _OWNER] = None
) -> Response:
    """Return everything that is kept, or all of one asker, with how each answer came about."""
    hidden = await asyncio.to_thread(answers.knowledge_base.hidden)
    return await json_lines(traced_message(kept, hidden=hidden) for kept in runs.store.exported(owner=owner))


@router.delete("/conversations/{conversation_id}", status_code=204, responses=MISSING)
async def erase(conversation_id: str, runs: RunsDependency, admin: Admin) -> Response:
    """Erase the conversations of this id, or the one that this message is of."""
    for name in {kept.conversation for kept in await asyncio.to_thread(runs.store.named, conversation_id)}:
        runs.stop("stopped", conversation=name)
    if not await asyncio.to_thread(runs.store.erase_named, conversation_id):
        raise HTTPException(404)
    return Response(status_code=204)


@router.delete("/conversations", status_code=204, responses=MISSING)
async def erase_all(
    runs: RunsDependency, fates: FatesDependency, admin: Admin, owner: Annotated[str, _OWNER]
) -> Response:
    """Erase everything that is kept of one asker; of an agent, also what became of their drafts."""
    runs.stop("stopped", owner=owner)
    drafts = await asyncio.to_thread(fates.erase_all, owner=owner)
    if not await asyncio.to_thread(runs.store.erase_all, owner=owner) and not drafts:
        raise HTTPException(404)
    return Response(status_code=204)


def traced_message(kept: Kept, *, hidden: frozenset[str] = frozenset()) -> TracedMessage:
    """Return a message as the site's own people may see it."""
    shown = kept_message(kept, hidden=hidden)
    trace = Trace.model_validate_json(kept.trace) if kept.trace and not shown.withdrawn else None
    return TracedMessage(**dict(shown), owner=kept.owner, model=kept.model, trace=trace)
