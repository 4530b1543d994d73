"""Turn a draft that an agent wants beside the conversation into a private note in Chatwoot."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException

from support_bot.api.askers import MISSING, Staff
from support_bot.api.panel.fates import FatesDependency
from support_bot.api.panel.schema import NoteRequest, NoteWritten
from support_bot.api.problems import Problem
from support_bot.panel.chatwoot import ChatwootConversations

router = APIRouter(prefix="/api/v1", tags=["panel"])


def _chatwoot(request: Request) -> ChatwootConversations:
    chatwoot: ChatwootConversations = request.app.state.chatwoot
    return chatwoot


ChatwootDependency = Annotated[ChatwootConversations, Depends(_chatwoot)]


@router.post(
    "/drafts/{draft_id}/note",
    status_code=201,
    responses={**MISSING, 422: {"model": Problem}, 502: {"model": Problem}},
)
async def noted(
    draft_id: str, wanted: NoteRequest, agent: Staff, fates: FatesDependency, chatwoot: ChatwootDependency
) -> NoteWritten:
    """Write an agent's draft as a private note, by the server's own token: the page around the panel has no way to."""
    if not await asyncio.to_thread(fates.has, draft_id, owner=agent.owner):
        raise HTTPException(404)
    written = await chatwoot.write_note(wanted.text, account=wanted.account_id, conversation=wanted.conversation_id)
    return NoteWritten(message_id=written)
