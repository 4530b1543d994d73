"""Bring a handoff to Zendesk as a ticket, by its Ticketing API.

https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/
    POST /api/v2/tickets.json {"ticket": {"subject", "comment": {"body"}, "requester", "external_id", "tags"}}
    201 {"ticket": {"id", ...}}
    GET /api/v2/tickets.json?external_id=... {"tickets": [{"id", "external_id", ...}]}
https://developer.zendesk.com/api-reference/ticketing/introduction/#idempotency
    Idempotency-Key: the same request with the same key is answered as before, for two hours.

An attempt that may have come there is first looked for by its external id: that also holds after the two hours.
"""

import httpx
from pydantic import BaseModel, SecretStr

from support_bot.handoff.helpdesk import answered, read_as
from support_bot.handoff.records import Handoff
from support_bot.handoff.wording import subject_of, text_of


class _Ticket(BaseModel):
    id: int
    external_id: str | None = None


class _Made(BaseModel):
    ticket: _Ticket


class _Listed(BaseModel):
    tickets: list[_Ticket]


class Zendesk:
    """A Zendesk account, and the agent in whose name tickets are made."""

    def __init__(self, url: str, *, user: str, token: SecretStr, client: httpx.AsyncClient) -> None:
        self._tickets = f"{url.rstrip('/')}/api/v2/tickets.json"
        self._who = httpx.BasicAuth(f"{user}/token", token.get_secret_value())
        self._client = client

    async def deliver(self, handoff: Handoff, *, is_repeated: bool) -> str:
        """Make a ticket that the visitor has asked for, unless it is there."""
        if is_repeated and (known := await self._known(handoff)):
            return known
        body = {
            "ticket": {
                "subject": subject_of(handoff),
                "comment": {"body": text_of(handoff)},
                "requester": {"name": handoff.name or handoff.email, "email": handoff.email},
                "external_id": handoff.id,
                "tags": ["support_bot"],
            }
        }
        headers = {"Idempotency-Key": handoff.id}
        response = await answered(self._client, "POST", self._tickets, json=body, headers=headers, auth=self._who)
        return str(read_as(_Made, response).ticket.id)

    async def _known(self, handoff: Handoff) -> str:
        params = {"external_id": handoff.id}
        response = await answered(self._client, "GET", self._tickets, params=params, auth=self._who)
        same = [ticket for ticket in read_as(_Listed, response).tickets if ticket.external_id == handoff.id]
        return str(same[0].id) if same else ""
