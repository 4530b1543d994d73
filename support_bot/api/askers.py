"""Give each route the principal whom its request is made for: its parameter's type says who may call it."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request

from support_bot.access.door import Door
from support_bot.access.errors import KindRefused
from support_bot.access.limits import RateLimits
from support_bot.access.principal import Kind, Principal
from support_bot.api.answers import base_url
from support_bot.api.problems import Problem
from support_bot.api.runs import Runs

REFUSALS: dict[int | str, dict[str, Any]] = {401: {"model": Problem}, 403: {"model": Problem}}
MISSING: dict[int | str, dict[str, Any]] = {**REFUSALS, 404: {"model": Problem}, 503: {"model": Problem}}
LIMITED: dict[int | str, dict[str, Any]] = {**REFUSALS, 429: {"model": Problem}, 503: {"model": Problem}}

SERVICES_USER = "Support-Bot-User"
"""The header by which a service says for which of its own users it asks: what is theirs is kept apart."""


def door(request: Request) -> Door:
    """Return the way into the site."""
    found: Door = request.app.state.door
    return found


def runs(request: Request) -> Runs:
    """Return the answers that are being given."""
    found: Runs = request.app.state.runs
    return found


def limits(request: Request) -> RateLimits:
    """Return the counts of what was asked."""
    found: RateLimits = request.app.state.limits
    return found


def address_of(request: Request) -> str:
    """Return the address that a request comes from: behind proxies that the settings name, the one that they saw."""
    return request.client.host if request.client else ""


def origins_of(request: Request) -> dict[str, Any]:
    """Return which page a request comes from, and which pages are this server's own."""
    own = (_origin(base_url(request)), _origin(str(request.base_url)))
    return {"origin": request.headers.get("origin", ""), "own_origins": own}


def site_key(request: Request) -> str:
    """Return the key that a page of the site carries, empty while the site is not set up."""
    key = door(request).registry.site_key(door(request).site)
    return key.kept if key else ""


async def _asker(request: Request) -> Principal:
    asker = door(request).principal(
        authorization=request.headers.get("authorization", ""),
        user=request.headers.get(SERVICES_USER, ""),
        **origins_of(request),
    )
    if asker.kind == "visitor" and not asker.is_local:
        await runs(request).check_stays(asker.owner)
    return asker


def _within(what: str) -> Callable[[Request], Awaitable[Principal]]:
    """Return what finds out who asks, and refuses whoever has done too much of this."""

    async def counted(request: Request) -> Principal:
        asker = await _asker(request)
        await limits(request).check(asker, address=address_of(request), what=what)
        return asker

    return counted


def _one_of(*kinds: Kind) -> Callable[[Request], Awaitable[Principal]]:
    """Return what finds out who asks, and refuses all but these."""

    async def known(request: Request) -> Principal:
        asker = await _asker(request)
        if asker.kind not in kinds:
            raise KindRefused(f"This takes a key of the kind {' or '.join(kinds)}, which `keys add` makes.")
        return asker

    return known


async def _reader(request: Request) -> Principal:
    return await _asker(request) if "authorization" in request.headers else door(request).anybody()


Asker = Annotated[Principal, Depends(_asker)]
"""Whoever the site answers."""

Admitted = Annotated[Principal, Depends(_within("answers"))]
"""Whoever the site answers, within the limits of what they may ask."""

Rater = Annotated[Principal, Depends(_within("feedback"))]
"""Whoever the site answers, within the limits of what they may say."""

Writer = Annotated[Principal, Depends(_within("handoffs"))]
"""Whoever the site answers, within the limits of what they may write to a person."""

Searcher = Annotated[Principal, Depends(_within("nearest"))]
"""Whoever the site answers, within the limits of what they may look for without an answer."""

Reader = Annotated[Principal, Depends(_reader)]
"""Whoever the site answers, and anybody without a token: they read what is public."""

Staff = Annotated[Principal, Depends(_one_of("agent", "admin"))]
"""Whoever of the site's own people may read what others have asked."""

Admin = Annotated[Principal, Depends(_one_of("admin"))]
"""Whoever of them may take it away, or erase it."""


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()
