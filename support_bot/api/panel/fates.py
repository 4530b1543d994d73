"""Keep what was drafted, and take in what became of it."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from support_bot.access.principal import Principal
from support_bot.answering.events import AnswerEvent, Citation, CustomersProblem, Delta, Done, Verdict
from support_bot.api.askers import MISSING, Staff
from support_bot.api.meter import Meter
from support_bot.api.panel.schema import DraftRequest, FateRequest
from support_bot.api.problems import Problem
from support_bot.api.wire import Message
from support_bot.conversations.errors import StoreError
from support_bot.panel.fates import Drafted, Fate, Fates

logger = logging.getLogger(__name__)

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
    meter: Meter,
) -> AsyncGenerator[AnswerEvent, None]:
    """Yield what is drafted, keep that it was, and count it; one that cannot be kept is given all the same."""
    noted = _Noted()

    async def keep() -> None:
        noted.is_kept = True
        await _keep(noted.drafted(kind, asked, owner=agent.owner, message=message), fates)

    try:
        async with aclosing(events):
            async for event in events:
                noted.note(event, message)
                if isinstance(event, Done):
                    await keep()  # before its agent can say what became of it
                yield event
    finally:
        first = None if noted.first_token_ms is None else noted.first_token_ms / 1000
        meter.tell_draft(kind, outcome=noted.outcome, mode=noted.mode, first_seconds=first, usage=message.bill.usage)
        if not noted.is_kept and noted.text:  # it was stopped, or broke off: what there is of it may yet be used
            await keep()


@dataclass(slots=True)
class _Noted:
    """What is known of a draft while it is written."""

    text: str = ""
    language: str = ""
    verdict: Verdict | None = None  # None until it is known
    citations: list[Citation] = field(default_factory=list)
    first_token_ms: int | None = None
    is_kept: bool = False

    @property
    def outcome(self) -> str:
        """Return how it ended."""
        return self.verdict.outcome if self.verdict else "aborted"

    @property
    def mode(self) -> str:
        """Return by what it was written."""
        return self.verdict.mode if self.verdict else "none"

    def note(self, event: AnswerEvent, message: Message) -> None:
        """Note an event of it."""
        match event:
            case CustomersProblem():
                self.language = event.language
            case Delta():
                self.text += event.text
                if self.first_token_ms is None:
                    self.first_token_ms = message.milliseconds().total
            case Citation():
                self.citations.append(event)
            case Verdict():
                self.verdict = event

    def drafted(self, kind: str, asked: DraftRequest, *, owner: str, message: Message) -> Drafted:
        """Return what is kept of it."""
        return Drafted(
            id=message.id,
            owner=owner,
            kind=kind,
            host=asked.host,
            style=asked.style,
            language=self.language,
            outcome=self.outcome,
            mode=self.mode,
            degraded=self.verdict.degraded if self.verdict else "",
            documents=tuple({each.passage.document_id: None for each in self.citations}),
            internal=sum(each.passage.audience == "internal" for each in self.citations),
            cost=message.bill.usage.cost,
            first_token_ms=self.first_token_ms,
            total_ms=message.milliseconds().total,
            text=self.text,
        )


async def _keep(drafted: Drafted, fates: Fates) -> None:
    try:
        await asyncio.to_thread(fates.keep, drafted)
    except StoreError as error:
        logger.warning("The draft %s is given without a record. %s", drafted.id, error)
