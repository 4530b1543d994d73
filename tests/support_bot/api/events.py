"""Read an answer's event stream as a client does."""

import json
from typing import Any

import httpx

from support_bot.llm.sse import SSEDecoder


def ask(url: str, message: str, **fields: Any) -> dict[str, Any]:
    """Return the whole answer as JSON."""
    response = httpx.post(
        f"{url}/api/v1/chat", json={"message": message, **fields}, headers={"Accept": "application/json"}, timeout=30
    )
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def events_of(
    url: str, message: str, *, headers: dict[str, str] | None = None, **fields: Any
) -> list[tuple[str, dict[str, Any]]]:
    """Return the names and data of an answer's events, in order."""
    asked = {"message": message, **fields}
    with httpx.stream("POST", f"{url}/api/v1/chat", json=asked, headers=headers, timeout=30) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        body = response.read()
    names = [line.removeprefix(b"event: ").decode() for line in body.splitlines() if line.startswith(b"event: ")]
    decoder = SSEDecoder()
    found = [*decoder.feed(body), *decoder.flush()]
    return list(zip(names, map(json.loads, found), strict=True))
