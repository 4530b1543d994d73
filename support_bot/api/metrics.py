"""Show figures to a monitoring system on this machine, or to one that has the token."""

import asyncio
from contextlib import suppress
from ipaddress import ip_address
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from knowledge.errors import KnowledgeError
from knowledge.generation import Manifest
from support_bot.api.answers import Answers, AnswersDependency
from support_bot.api.handoff import HandoffsDependency
from support_bot.api.limits import host_of
from support_bot.conversations.errors import StoreError
from support_bot.handoff.outbox import Outbox
from support_bot.handoff.records import Waiting

router = APIRouter()

_OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@router.get("/metrics", include_in_schema=False)
async def metrics(
    request: Request,
    answers: AnswersDependency,
    handoffs: HandoffsDependency,
    authorization: Annotated[str, Header()] = "",
) -> Response:
    """Return the figures; whoever may not read them is told that there is nothing."""
    if not (_is_from_this_machine(request) or answers.meter.knows(authorization)):
        raise HTTPException(404)
    text = await asyncio.to_thread(_text, answers, handoffs.outbox) + request.app.state.incidents.text()
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


def _text(answers: Answers, outbox: Outbox) -> bytes:
    manifest: Manifest | None = None
    waiting: Waiting | None = None
    with suppress(KnowledgeError):  # no index is a figure too: there are none of it
        manifest = answers.knowledge_base.manifest()
    with suppress(StoreError):  # other figures tell that it cannot be read
        waiting = outbox.waiting()
    return answers.meter.text(
        manifest,
        spent=answers.budget.standing(),
        waiting=waiting,
        inflight=answers.budget.inflight,
        is_left_alone=answers.fault is not None,
    )


def _is_from_this_machine(request: Request) -> bool:
    """Whether a program on this machine asks for itself: a proxy here passes on what others ask."""
    if any(header in request.headers for header in _FORWARDED):
        return False
    return host_of(request.scope) in _OWN_NAMES and request.client is not None and _is_loopback(request.client.host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
