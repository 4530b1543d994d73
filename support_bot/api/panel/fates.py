"""Keep what was drafted, and take in what became of it."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from support_bot.access.principal import Principal
from support_bot.answering.events import AnswerEvent, Citation, CustomersProblem, Delta, Done, Verdict
from support_bot.api.askers import REFUSALS, Staff
from support_bot.api.panel.schema import DraftRequest, FateRequest
from support_bot.api.problems import Problem
from support_bot.api.wire import Message
from support_bot.conversations.errors import StoreError
from support_bot.panel.fates import Drafted, Fate, Fates

logger = logging.getLogger(__name__)

MISSING: dict[int | str, dict[str, Any]] = {**REFUSALS, 404: {"model": Problem}, 503: {"model": Problem}}

router = APIRouter(prefix="/api/v1", tags=["panel"])


def _fates(request: Request) -> Fates:
    fates: Fates = request.app.state.fates
    return fates


FatesDependency = Annotated[Fates, Depends(_fates)]


@router.post("/drafts/{draft_id}/fate", status_code=204, responses={**MISSING, 422: {"model": Problem}})
async def decided(draft_id: str, said: FateRequest, agent: Staff, fates: FatesDependency) -> Response:
    """Keep what has become of a draft; the last word counts."""
    fate = Fate(draft_id=draft_id, fate=said.fate, text=said.text, rating=said.rating)
    if not await asyncio.to_thread(fates.decide, fate, owner=agent.owner):
        raise HTTPException(404)
    return Response(status_code=204)


async def kept(
    events: AsyncGenerator[AnswerEvent, None],
    *,
    kind: str,
    asked: DraftRequest,
    agent: Principal,
    message: Message,
    fates: Fates,
) -> AsyncGenerator[AnswerEvent, None]:
    """Yield what is drafted, and keep that it was; a draft that cannot be kept is given all the same."""
    text, language, verdict = "", "", Verdict("no_answer", "extractive", None)
    citations: list[Citation] = []
    first: int | None = None
    async with aclosing(events):
        async for event in events:
            match event:
                case CustomersProblem():
                    language = event.language
                case Delta():
                    text += event.text
                    first = first or round((time.monotonic() - message.started) * 1000)
                case Citation():
                    citations.append(event)
                case Verdict():
                    verdict = event
                case Done():
                    drafted = Drafted(
                        id=message.id,
                        owner=agent.owner,
                        kind=kind,
                        host=asked.host,
                        style=asked.style,
                        language=language,
                        outcome=verdict.outcome,
                        mode=verdict.mode,
                        degraded=verdict.degraded,
                        documents=tuple({each.passage.document_id: None for each in citations}),
                        internal=sum(each.passage.audience == "internal" for each in citations),
                        cost=event.usage.cost,
                        first_token_ms=first,
                        total_ms=message.milliseconds().total,
                        text=text,
                    )
                    await _keep(drafted, fates)
            yield event


async def _keep(drafted: Drafted, fates: Fates) -> None:
    try:
        await asyncio.to_thread(fates.keep, drafted)
    except StoreError as error:
        logger.warning("The draft %s is given without a record. %s", drafted.id, error)
