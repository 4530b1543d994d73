"""Let pages of the site's own websites read what they are answered, and no others."""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from support_bot.access.door import Door


class SiteOrigins(CORSMiddleware):
    """CORS for the origins that the site lists at this moment; no cookies, and none for an empty list."""

    def __init__(self, app: ASGIApp, *, door: Door) -> None:
        super().__init__(
            app,
            allow_methods=["DELETE", "GET", "POST"],
            allow_headers=["Accept", "Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID"],
            expose_headers=["Retry-After"],
            max_age=600,
        )
        self._door = door

    def is_allowed_origin(self, origin: str) -> bool:
        """Whether pages of this origin may read answers."""
        return self._door.may_ask(origin)
