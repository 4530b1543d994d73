"""Give each request a name, which all lines of the log about it carry, and log in one line how it went.

A line names the route, never the path or the query, which may hold what somebody typed.
"""

import logging
import re
import time
import uuid
from contextvars import ContextVar
from ipaddress import ip_address, ip_network

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-ID"
_NAME = re.compile(r"[A-Za-z0-9._:-]{1,64}")
ASKED_OFTEN = ("/healthz", "/readyz", "/metrics")
"""What is asked again and again by what watches the server."""

_KEPT_BITS = {4: 24, 6: 48}  # of an address

_ABOUT: ContextVar[dict[str, str] | None] = ContextVar("about", default=None)

logger = logging.getLogger(__name__)


def about() -> dict[str, str]:
    """Return the names of the request that is being answered here, and of what has come of it; else none."""
    return _ABOUT.get() or {}


def note(**names: str) -> None:
    """Let the lines about this request carry these names from now on."""
    noted = _ABOUT.get()
    if noted is not None:
        noted.update(names)


def trace_id() -> str:
    """Return the name under which all that comes of a request is found, a new one where there is no request."""
    return about().get("trace_id") or uuid.uuid4().hex


def route_of(scope: Scope) -> str:
    """Return the route that has answered a request: of mounted files the folder alone, `-` of what is nowhere."""
    return str(getattr(scope.get("route"), "path", "") or scope.get("root_path") or "-")


class RequestLog:
    """Names requests, as whoever sends them does where that is a name, and logs them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under its name."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, started, status = _named(scope), time.monotonic(), 500
        # Not taken back: what answers an error on our side comes after this, in the same task.
        _ABOUT.set({"request_id": request_id, "trace_id": uuid.uuid4().hex})

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        try:
            await self._app(scope, receive, named)
        finally:
            _log(scope, status=status, milliseconds=round((time.monotonic() - started) * 1000))


def _named(scope: Scope) -> str:
    given = dict(scope["headers"]).get(HEADER.lower().encode(), b"").decode("latin-1")
    return given if _NAME.fullmatch(given) else uuid.uuid4().hex


def _log(scope: Scope, *, status: int, milliseconds: int) -> None:
    route = route_of(scope)
    level = logging.DEBUG if route in ASKED_OFTEN and status < 400 else logging.INFO
    fields = {"method": scope["method"], "route": route, "status": status, "milliseconds": milliseconds}
    fields["client"] = _network(scope)
    logger.log(level, "%(method)s %(route)s %(status)s in %(milliseconds)s ms", fields, extra={"fields": fields})


def _network(scope: Scope) -> str:
    """Return of a client's address what tells where it lies, and not who it is."""
    client = scope.get("client")
    try:
        address = ip_address(client[0] if client else "")
    except ValueError:
        return ""
    return str(ip_network((address, _KEPT_BITS[address.version]), strict=False))
