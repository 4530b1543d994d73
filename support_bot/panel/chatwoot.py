"""Read a Chatwoot conversation as the server's own token shows it, and write a private note into it.

What a dashboard app is told by the page around it is not signed, so the server reads the conversation itself.

https://developers.chatwoot.com/api-reference/messages/get-messages
    GET /api/v1/accounts/{account}/conversations/{conversation}/messages?before={message}
    {"payload": [{"id", "content", "message_type": 0 in | 1 out | 2 activity, "private", "created_at"}, ...]}
    the newest twenty before that message, oldest first
https://developers.chatwoot.com/api-reference/messages/create-new-message
    POST the same address {"content", "message_type": "outgoing", "private": true} {"id", ...}
"""

import asyncio
from datetime import UTC, datetime
from typing import TypeVar

import httpx
from pydantic import BaseModel

from support_bot.handoff.helpdesk import NotDelivered, answered, read_as
from support_bot.handoff.settings import HandoffSettings
from support_bot.panel.errors import HelpdeskFailed, HelpdeskMissing
from support_bot.panel.thread import Sender, TicketMessage, read_message

_Answer = TypeVar("_Answer", bound=BaseModel)
_MOST_PAGES = 12  # of twenty messages
_LONGEST_CONTENT = 100_000  # code points, as of a message that a panel sends
_INCOMING, _OUTGOING = 0, 1


class _Message(BaseModel):
    id: int
    content: str | None = None
    message_type: int | str
    private: bool = False
    created_at: int | float | str = 0


class _Messages(BaseModel):
    payload: list[_Message]


class _Made(BaseModel):
    id: int


class ChatwootConversations:
    """The conversations of one Chatwoot account. Raises HelpdeskMissing where none is set, or another is asked for."""

    def __init__(self, settings: HandoffSettings, *, client: httpx.AsyncClient) -> None:
        self._url = settings.handoff_chatwoot_url.rstrip("/")
        self._account = settings.handoff_chatwoot_account
        self._token = settings.handoff_chatwoot_token
        self._client = client

    @property
    def is_set(self) -> bool:
        """Whether the server can read conversations itself."""
        return bool(self._url and self._account and self._token.get_secret_value())

    async def messages(self, *, account: int, conversation: int) -> tuple[TicketMessage, ...]:
        """Return a conversation's messages, oldest first; of a very long one the newest. Raises HelpdeskFailed."""
        found: list[_Message] = []
        for _ in range(_MOST_PAGES):
            before = {"before": str(found[0].id)} if found else {}
            response = await self._asked("GET", account, conversation, params=before)
            page = [message for message in _read(_Messages, response).payload if _is_older(message, found)]
            found = page + found
            if not page:
                break
        return await asyncio.to_thread(_ticket_messages, found)  # a long thread is a lot of text

    async def write_note(self, text: str, *, account: int, conversation: int) -> str:
        """Write a private note, and return its id. Raises HelpdeskFailed."""
        body = {"content": text, "message_type": "outgoing", "private": True}
        return str(_read(_Made, await self._asked("POST", account, conversation, json=body)).id)

    async def _asked(self, method: str, account: int, conversation: int, **request: object) -> httpx.Response:
        if not self.is_set:
            raise HelpdeskMissing(
                "Set SUPPORT_BOT_HANDOFF_CHATWOOT_URL, SUPPORT_BOT_HANDOFF_CHATWOOT_ACCOUNT and "
                "SUPPORT_BOT_HANDOFF_CHATWOOT_TOKEN."
            )
        if account != self._account:
            raise HelpdeskMissing(f"This server knows the Chatwoot account {self._account}, not {account}.")
        address = f"{self._url}/api/v1/accounts/{account}/conversations/{conversation}/messages"
        headers = {"api_access_token": self._token.get_secret_value()}
        try:
            return await answered(self._client, method, address, headers=headers, **request)
        except NotDelivered as error:
            raise HelpdeskFailed(f"Chatwoot: {error}.{_doubt(method, error.__cause__)}") from error


def _read(model: type[_Answer], response: httpx.Response) -> _Answer:
    try:
        return read_as(model, response)
    except NotDelivered as error:
        raise HelpdeskFailed(f"Chatwoot: {error}.") from error


def _doubt(method: str, broken_by: BaseException | None) -> str:
    """Return what to do where nobody knows whether what was written is there, "" where nothing was written."""
    came_there = isinstance(broken_by, httpx.TransportError) and not isinstance(broken_by, httpx.ConnectError)
    is_unknown = came_there and method == "POST"
    return " The note may be there all the same: look before you write it again." if is_unknown else ""


def _is_older(message: _Message, found: list[_Message]) -> bool:
    """Whether a message is not known yet: a server that knows no `before` gives the newest once more."""
    return not found or message.id < found[0].id


def _ticket_messages(found: list[_Message]) -> tuple[TicketMessage, ...]:
    return tuple(_ticket_message(message) for message in found if message.message_type in (_INCOMING, _OUTGOING))


def _ticket_message(message: _Message) -> TicketMessage:
    sender: Sender = "customer" if message.message_type == _INCOMING else "note" if message.private else "agent"
    seconds = message.created_at if isinstance(message.created_at, int | float) else 0
    at = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds else ""
    text = (message.content or "")[:_LONGEST_CONTENT]
    return read_message(message_id=str(message.id), sender=sender, text=text, at=at)
