"""Refuse a request before it is read: a body that is too large, a Host that is not ours."""

from collections.abc import Iterable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from support_bot.api.incidents import Incidents
from support_bot.api.problems import problem, problem_response

MAX_BODY_BYTES = 256_000
MAX_TICKET_BYTES = 2_000_000  # a thread of HTML mails
_TICKETS = "/api/v1/drafts"


class BodyLimit:
    """Counts a body's bytes as they come: a Content-Length may be missing or wrong."""

    def __init__(self, app: ASGIApp, *, incidents: Incidents, max_bytes: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._incidents = incidents
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on unless its body is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        most = MAX_TICKET_BYTES if scope["path"].startswith(_TICKETS) else self._max_bytes
        if declared.isdigit() and int(declared) > most:
            self._incidents.problem("body-too-large")
            await problem_response(problem("body-too-large"), path=scope["path"])(scope, receive, send)
            return

        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


class KnownHosts:
    """Refuses a Host that is not ours, so that no other site's name can be made to lead here (DNS rebinding)."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if it is for us."""
        if scope["type"] == "http" and host_of(scope) not in self._hosts:
            await problem_response(problem("wrong-host"), path=scope["path"])(scope, receive, send)
            return
        await self._app(scope, receive, send)


def host_of(scope: Scope) -> str:
    """Return the name in a request's Host header, without its port."""
    host: str = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host
