"""Ask for drafts as an agent's panel does."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

from support_bot.llm.sse import SSEDecoder
from tests.fake_llm import FakeLLM
from tests.support_bot.listed import ListRetriever

Events = list[tuple[str, dict[str, Any]]]

MAIL = {"id": "1", "from": "customer", "text": "Hello,\n\nWhen are refunds paid?\n\nBest regards,\nAda"}


@dataclass
class Agent:
    """An agent at a server: its address, the model that it writes with, and what the agent sends."""

    url: str
    llm: FakeLLM
    retriever: ListRetriever
    headers: dict[str, str]

    def post(self, path: str = "", **fields: Any) -> httpx.Response:
        """Send a request about a ticket; without messages, of one mail."""
        body = fields if path.endswith(("/fate", "/note")) else {"messages": [MAIL], **fields}
        return httpx.post(f"{self.url}/api/v1/drafts{path}", json=body, headers=self.headers, timeout=30)

    def draft(self, path: str = "", **fields: Any) -> Events:
        """Return the events of a draft, or of what else a ticket is asked for."""
        response = self.post(path, **fields)
        assert response.headers["content-type"].startswith("text/event-stream"), response.text
        lines = response.content.splitlines()
        names = [line.removeprefix(b"event: ").decode() for line in lines if line.startswith(b"event: ")]
        decoder = SSEDecoder()
        found = [*decoder.feed(response.content), *decoder.flush()]
        return list(zip(names, map(json.loads, found), strict=True))


def all_of(events: Events, name: str) -> list[dict[str, Any]]:
    """Return what the events of a name carry."""
    return [data for each, data in events if each == name]


def text_of(events: Events) -> str:
    """Return the whole text."""
    return "".join(delta["text"] for delta in all_of(events, "delta"))
