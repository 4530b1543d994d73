"""Turn chat messages into the streamed answer of an OpenAI-compatible chat-completions endpoint."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import httpx
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel, agenerate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field, SecretStr

from support_bot.llm.clocks import Clocks
from support_bot.llm.completion import CompletionReader, WholeBody
from support_bot.llm.errors import EventTooLong, ModelUnavailable, connection_fault, status_fault
from support_bot.llm.sse import SSEDecoder

_CONNECT_SECONDS = 3.0
_ERROR_BODY_BYTES = 65_536


class ChatCompletions(BaseChatModel):
    """A chat model behind `{base_url}/chat/completions`. Asynchronous only: call `astream` or `ainvoke`.

    Both raise ModelUnavailable where the endpoint fails, `astream` perhaps after some text. An empty `api_key` sends no
    Authorization header. `extra_body` is added to each request's JSON, as are the keyword arguments of a call.
    Thoughts that a model streams apart from its text count as silence.
    """

    client: httpx.AsyncClient = Field(repr=False)
    base_url: str = Field(repr=False)
    model: str
    api_key: SecretStr = Field(repr=False)
    max_tokens: int = 1024
    temperature: float = 0.2
    first_token_seconds: float = 12.0  # from the call to the first text
    idle_seconds: float = 15.0  # from text to text
    total_seconds: float = 60.0  # from the call to the end, the consumer's own time included
    extra_body: dict[str, Any] = Field(default_factory=dict)

    @property
    def _llm_type(self) -> str:
        return "chat-completions"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.model, "max_tokens": self.max_tokens, "temperature": self.temperature}

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        clocks = Clocks(
            first_token_seconds=self.first_token_seconds,
            idle_seconds=self.idle_seconds,
            total_seconds=self.total_seconds,
        )
        response = await clocks.limit(self._response(self._body(messages, stop, kwargs)))
        async with aclosing(response):
            if response.status_code != 200:
                raise status_fault(response.status_code, response.headers, await _beginning(response, clocks))

            answer = CompletionReader()
            async with aclosing(_events(response, clocks, answer)) as events:
                async for event in events:
                    if text := answer.read(event):
                        yield ChatGenerationChunk(message=AIMessageChunk(content=text))
                        clocks.content_came()
            yield answer.last_chunk()

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return await agenerate_from_stream(self._astream(messages, stop, **kwargs))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise NotImplementedError("ChatCompletions is asynchronous only. Call ainvoke or astream.")

    def _body(self, messages: list[BaseMessage], stop: list[str] | None, fields: dict[str, Any]) -> dict[str, Any]:
        return {
            "model": self.model,
            "messages": convert_to_openai_messages(messages),
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
            **({"stop": stop} if stop else {}),
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
        except EventTooLong as error:
            raise ModelUnavailable("oversize", str(error)) from None
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
