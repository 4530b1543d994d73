"""Turn one request into the stream of one chat-completions endpoint, without a second try."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from pydantic import SecretStr

from support_bot.llm.breaker import Breaker
from support_bot.llm.clocks import Clocks
from support_bot.llm.completion import CompletionReader, WholeBody
from support_bot.llm.errors import EventTooLong, ModelUnavailable, connection_fault, status_fault
from support_bot.llm.retries import Pause
from support_bot.llm.sse import SSEDecoder

logger = logging.getLogger(__name__)

MaxTokensField = Literal["max_tokens", "max_completion_tokens"]

_CONNECT_SECONDS = 3.0
_ERROR_BODY_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A model behind `{base_url}/chat/completions`, and how it has been of late.

    An empty `api_key` sends no Authorization header. `extra_body` is added to each request's JSON.
    """

    client: httpx.AsyncClient = field(repr=False)
    base_url: str = field(repr=False)
    model: str
    api_key: SecretStr = field(repr=False)
    max_tokens_field: MaxTokensField = "max_tokens"
    extra_body: dict[str, Any] = field(default_factory=dict)
    breaker: Breaker = field(default_factory=Breaker, repr=False)
    pause: Pause = field(default_factory=Pause, repr=False)

    async def stream(
        self, fields: dict[str, Any], *, max_tokens: int, clocks: Clocks
    ) -> AsyncGenerator[ChatGenerationChunk, None]:
        """Yield the answer to a request with these fields, its usage and finish reason last.

        Raises ModelUnavailable where the endpoint fails, perhaps after some text.
        """
        response = await clocks.limit(self._response(self._body(fields, max_tokens)))
        async with aclosing(response):
            if response.status_code != 200:
                raise status_fault(response.status_code, response.headers, await _beginning(response, clocks))

            answer = CompletionReader(model=self.model, max_tokens=max_tokens)
            async with aclosing(_events(response, clocks, answer)) as events:
                async for event in events:
                    if text := answer.read(event):
                        yield ChatGenerationChunk(message=AIMessageChunk(content=text))
                        clocks.content_came()
                    if answer.is_cut:
                        break
            if answer.is_cut:
                logger.warning("%s", ModelUnavailable("oversize", "what was read of it is shown"))
            yield answer.last_chunk()

    def _body(self, fields: dict[str, Any], max_tokens: int) -> dict[str, Any]:
        return {
            "model": self.model,
            self.max_tokens_field: max_tokens,
            **self.extra_body,
            **fields,
            "stream": True,
            "stream_options": {"include_usage": True},
        }

    async def _response(self, body: dict[str, Any]) -> httpx.Response:
        """Return the response with its body unread."""
        try:
            request = self.client.build_request(
                "POST",
                f"{self.base_url.rstrip('/')}/chat/completions",
                json=body,
                headers=self._headers(),
                timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),  # the clocks time the rest
            )
            return await self.client.send(request, stream=True, follow_redirects=False)
        except OverflowError:  # a port above 65535
            raise ModelUnavailable("connect", "its address has no such port") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Without its cause, whose words name the host and, for a header that h11 refuses, the key.
            raise connection_fault(error) from None

    def _headers(self) -> dict[str, str]:
        # A compressed body could grow a thousandfold in memory before its size is known.
        headers = {"accept": "text/event-stream, application/json", "accept-encoding": "identity"}
        key = self.api_key.get_secret_value().strip()
        if not key:
            return headers
        if not key.isascii() or not key.isprintable():
            raise ModelUnavailable("auth", "the key has characters that no header can carry")
        return {**headers, "authorization": f"Bearer {key}"}


async def _events(response: httpx.Response, clocks: Clocks, answer: CompletionReader) -> AsyncGenerator[str, None]:
    """Yield the body's events. Once the answer has finished, what goes wrong with the rest of the body is no matter."""
    decoder = _decoder(response.headers)
    pieces = response.aiter_bytes()
    while True:
        try:
            piece = await clocks.limit(_piece(pieces))
            events = decoder.feed(piece) if piece else decoder.flush()
        except ModelUnavailable:
            if answer.finished:
                return
            raise
        except EventTooLong:
            answer.cut()
            return
        for event in events:
            yield event
        if not piece:
            return
        if answer.finished:
            clocks.wrap_up()


def _decoder(headers: httpx.Headers) -> SSEDecoder | WholeBody:
    if headers.get("content-encoding", "identity") != "identity":
        raise ModelUnavailable("bad_response", "compressed, though asked not to")
    media_type = headers.get("content-type", "").lower()
    if "html" in media_type:
        raise ModelUnavailable("bad_response", "a web page")
    return WholeBody() if "json" in media_type else SSEDecoder()


async def _piece(pieces: AsyncIterator[bytes]) -> bytes:
    """Return the next bytes of the body, b"" at its end."""
    try:
        return await anext(pieces, b"")
    except httpx.HTTPError:
        raise ModelUnavailable("truncated", "the connection was lost") from None


async def _beginning(response: httpx.Response, clocks: Clocks) -> bytes:
    """Return the first bytes of an error's body, as far as they come."""
    clocks.wrap_up()
    body = b""
    pieces = response.aiter_raw()
    try:
        while len(body) < _ERROR_BODY_BYTES and (piece := await clocks.limit(_piece(pieces))):
            body += piece
    except ModelUnavailable:
        pass
    return body
