"""Turn `POST /api/v1/handoff` into a message to a person, with the conversation before it, delivered once."""

import asyncio
import hashlib
import uuid
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from starlette.exceptions import HTTPException

from knowledge.audience import readable
from support_bot.answering.events import NumberedPassage
from support_bot.answering.query import QuestionRefused, question, seen
from support_bot.api.answers import AnswersDependency, base_url
from support_bot.api.askers import LIMITED, REFUSALS, Asker, Searcher, Writer
from support_bot.api.problems import Problem
from support_bot.api.schema import HandoffRequest, HandoffStatus, NearestRequest, SourcesData
from support_bot.api.wire import conversation_id, source_data
from support_bot.handoff.errors import NobodyToReach
from support_bot.handoff.outbox import Outbox
from support_bot.handoff.records import HandedOver, Wanted
from support_bot.handoff.sender import Sender
from support_bot.retrieval.retriever import passage_of

_DELIVERY_SECONDS = 4.0  # that an asker waits for the ticket's number
_NEAREST = 3  # articles
_ERRORS: dict[int | str, dict[str, Any]] = {**LIMITED, 404: {"model": Problem}, 422: {"model": Problem}}

router = APIRouter(prefix="/api/v1", tags=["handoff"])


@dataclass(frozen=True, slots=True)
class Handoffs:
    """What handing over needs, built once by `support_bot.app`; `sender` is None where nobody can be reached so."""

    outbox: Outbox
    sender: Sender | None
    reply_time: str

    def status(self, found: HandedOver) -> HandoffStatus:
        """Return what has become of a handoff, as it travels."""
        return HandoffStatus(
            handoff_id=found.id,
            conversation_id=found.conversation,
            status="delivered" if found.is_delivered else "waiting",
            ticket=found.ticket,
            reply_time=self.reply_time,
        )


def _handoffs(request: Request) -> Handoffs:
    handoffs: Handoffs = request.app.state.handoffs
    return handoffs


HandoffsDependency = Annotated[Handoffs, Depends(_handoffs)]


@router.post("/handoff", responses=_ERRORS)
async def hand_over(
    wanted: HandoffRequest,
    asker: Writer,
    answers: AnswersDependency,
    handoffs: HandoffsDependency,
    idempotency_key: Annotated[
        str, Header(max_length=200, description="The same key with the same request is one message to a person.")
    ] = "",
) -> HandoffStatus:
    """Keep a message to a person, with what was said before it, and deliver it as soon as that is possible."""
    if handoffs.sender is None:
        raise NobodyToReach
    message = answers.read(seen(wanted.message))
    if not message:
        raise QuestionRefused("The message is empty. Write what a person is to know.")
    kept = Wanted(
        id=f"h_{uuid.uuid4().hex}",
        owner=asker.owner,
        conversation=conversation_id(wanted.conversation_id),
        name=seen(wanted.name),
        email=wanted.email,
        message=message,
        key=idempotency_key,
        digest=hashlib.sha256(wanted.model_dump_json().encode()).hexdigest(),
    )
    found = await asyncio.to_thread(handoffs.outbox.put, kept)
    if not found.is_delivered:
        await handoffs.sender.tried(found.id, seconds=_DELIVERY_SECONDS)
        known = await asyncio.to_thread(handoffs.outbox.handed_over, found.id, owner=asker.owner)
        found = known or found  # unless it was erased meanwhile
    return handoffs.status(found)


@router.get("/handoff/{handoff_id}", responses={**REFUSALS, 404: {"model": Problem}, 503: {"model": Problem}})
async def handed_over(handoff_id: str, asker: Asker, handoffs: HandoffsDependency) -> HandoffStatus:
    """Return what has become of a message to a person."""
    found = await asyncio.to_thread(handoffs.outbox.handed_over, handoff_id, owner=asker.owner)
    if found is None:
        raise HTTPException(404)
    return handoffs.status(found)


@router.post("/handoff/nearest", responses={**LIMITED, 422: {"model": Problem}})
async def nearest(
    wanted: NearestRequest, request: Request, searcher: Searcher, answers: AnswersDependency
) -> SourcesData:
    """Return the articles nearest to a message, for whoever would rather read than wait; no language model is asked."""
    asked = question(answers.read(wanted.message), locale=wanted.locale, product=wanted.product)
    found = await answers.retriever.ainvoke(
        asked.text, scope=searcher.audience, locale=asked.locale, product=asked.product
    )
    passages = [passage_of(document) for document in found]
    allowed = [passage for passage in passages if passage.audience in readable(searcher.audience)]
    articles = list({passage.document_id: passage for passage in reversed(allowed)}.values())[::-1][:_NEAREST]
    numbered = [NumberedPassage(n, passage) for n, passage in enumerate(articles, 1)]
    return SourcesData(sources=[source_data(source, base_url=base_url(request)) for source in numbered])
