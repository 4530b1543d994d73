"""Turn a draft that an agent wants beside the conversation into a private note in Chatwoot."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from support_bot.api.askers import Staff
from support_bot.api.panel.fates import MISSING
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
async def noted(draft_id: str, wanted: NoteRequest, agent: Staff, chatwoot: ChatwootDependency) -> NoteWritten:
    """Write a private note, as the server's own token allows: the page around the panel has no way to."""
    written = await chatwoot.write_note(wanted.text, account=wanted.account_id, conversation=wanted.conversation_id)
    return NoteWritten(message_id=written)
