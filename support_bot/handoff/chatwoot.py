"""Bring a handoff to Chatwoot as a conversation of its contact, by its Application API.

https://developers.chatwoot.com/api-reference/contacts/search-contacts
    GET /api/v1/accounts/{account}/contacts/search?q=... {"payload": [{"id", "email", "contact_inboxes": [...]}]}
https://developers.chatwoot.com/api-reference/contacts/create-contact
    POST .../contacts {"inbox_id", "name", "email"} {"payload": {"contact": {"id", "contact_inboxes": [...]}}}
https://developers.chatwoot.com/api-reference/contacts/create-contact-inbox
    POST .../contacts/{contact}/contact_inboxes {"inbox_id"} {"source_id", "inbox": {"id"}}
https://developers.chatwoot.com/api-reference/contacts/contact-conversations
    GET .../contacts/{contact}/conversations {"payload": [{"id", "custom_attributes", ...}]}
https://developers.chatwoot.com/api-reference/conversations/create-new-conversation
    POST .../conversations {"source_id", "inbox_id", "contact_id", "custom_attributes", "message"} {"id", ...}

What was handed over is a private note: an agent reads it, and what they answer is the first thing that the contact is
sent. There is no idempotency key. An attempt that may have come there is looked for by a custom attribute among the
contact's conversations, of which the newest twenty are listed; conversation and note are made by one request, so that
neither is there alone.
"""

import httpx
from pydantic import BaseModel, SecretStr

from support_bot.handoff.helpdesk import answered, read_as
from support_bot.handoff.records import Handoff
from support_bot.handoff.wording import text_of

_ATTRIBUTE = "support_bot_handoff"


class _Inbox(BaseModel):
    id: int


class _ContactInbox(BaseModel):
    source_id: str
    inbox: _Inbox | None = None


class _Contact(BaseModel):
    id: int
    email: str | None = None
    contact_inboxes: list[_ContactInbox] = []


class _Found(BaseModel):
    payload: list[_Contact]


class _MadeContact(BaseModel):
    contact: _Contact


class _Made(BaseModel):
    payload: _MadeContact


class _Conversation(BaseModel):
    id: int
    custom_attributes: dict[str, object] | None = None


class _Listed(BaseModel):
    payload: list[_Conversation]


class Chatwoot:
    """An inbox of a Chatwoot account."""

    def __init__(self, url: str, *, account: int, inbox: int, token: SecretStr, client: httpx.AsyncClient) -> None:
        self._account = f"{url.rstrip('/')}/api/v1/accounts/{account}"
        self._inbox = inbox
        self._headers = {"api_access_token": token.get_secret_value()}
        self._client = client

    async def deliver(self, handoff: Handoff, *, is_repeated: bool) -> str:
        """Begin a conversation of the visitor's contact, unless it is there."""
        contact = await self._contact(handoff)
        if is_repeated and (known := await self._known(handoff, contact)):
            return known
        body = {
            "source_id": await self._source_id(contact),
            "inbox_id": self._inbox,
            "contact_id": contact.id,
            "status": "open",
            "custom_attributes": {_ATTRIBUTE: handoff.id},
            "message": {"content": text_of(handoff), "message_type": "outgoing", "private": True},
        }
        made = await self._asked("POST", "conversations", json=body)
        return str(read_as(_Conversation, made).id)

    async def _contact(self, handoff: Handoff) -> _Contact:
        """Return the contact of the visitor's address, made where there is none: an address is one contact's alone."""
        found = read_as(_Found, await self._asked("GET", "contacts/search", params={"q": handoff.email}))
        for contact in found.payload:
            if (contact.email or "").lower() == handoff.email.lower():
                return contact
        body = {"inbox_id": self._inbox, "name": handoff.name or handoff.email, "email": handoff.email}
        return read_as(_Made, await self._asked("POST", "contacts", json=body)).payload.contact

    async def _source_id(self, contact: _Contact) -> str:
        """Return by which name the inbox knows the contact."""
        for found in contact.contact_inboxes:
            if found.inbox is not None and found.inbox.id == self._inbox:
                return found.source_id
        made = await self._asked("POST", f"contacts/{contact.id}/contact_inboxes", json={"inbox_id": self._inbox})
        return read_as(_ContactInbox, made).source_id

    async def _known(self, handoff: Handoff, contact: _Contact) -> str:
        listed = read_as(_Listed, await self._asked("GET", f"contacts/{contact.id}/conversations"))
        same = [each for each in listed.payload if (each.custom_attributes or {}).get(_ATTRIBUTE) == handoff.id]
        return str(same[0].id) if same else ""

    async def _asked(self, method: str, path: str, **request: object) -> httpx.Response:
        return await answered(self._client, method, f"{self._account}/{path}", headers=self._headers, **request)
