"""Turn chat messages into the streamed answer of a model, tried again or elsewhere where that can help."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel, agenerate_from_stream
from langchain_core.messages import BaseMessage, convert_to_openai_messages
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field

from support_bot.llm.clocks import Clocks
from support_bot.llm.endpoint import Endpoint
from support_bot.llm.errors import FaultKind, ModelUnavailable
from support_bot.llm.retries import LONGEST_WAIT, Attempts, Pause, RetryBudget

logger = logging.getLogger(__name__)


class ChatCompletions(BaseChatModel):
    """A chat model behind one or more endpoints, the first of which goes first. Call `astream` or `ainvoke`.

    Both are asynchronous and raise ModelUnavailable where all endpoints fail, `astream` perhaps after some text: what
    has been read is never asked for again. Thoughts that a model streams apart from its text count as silence. The
    keyword arguments of a call are added to the request's JSON.
    """

    endpoints: tuple[Endpoint, ...] = Field(min_length=1, repr=False, exclude=True)
    max_tokens: int = 1024
    temperature: float = 0.2
    first_token_seconds: float = 12.0  # from an attempt's beginning to the first text
    idle_seconds: float = 15.0  # from text to text
    total_seconds: float = 60.0  # from the call to the end, the consumer's own time included
    budget: RetryBudget = Field(default_factory=RetryBudget, repr=False, exclude=True)

    @property
    def fault(self) -> FaultKind | None:
        """Why no endpoint is asked at the moment, None while one is."""
        reasons = [endpoint.breaker.reason for endpoint in self.endpoints]
        return None if None in reasons else reasons[0]

    @property
    def _llm_type(self) -> str:
        return "chat-completions"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.endpoints[0].model, "max_tokens": self.max_tokens, "temperature": self.temperature}

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        fields = {
            "messages": convert_to_openai_messages(messages),
            "temperature": self.temperature,
            **({"stop": stop} if stop else {}),
            **kwargs,
        }
        ends_at = asyncio.get_running_loop().time() + self.total_seconds
        attempts = Attempts(endpoints=len(self.endpoints), budget=self.budget, total_seconds=self.total_seconds)
        while True:
            try:
                attempt = self._attempt(self.endpoints[attempts.endpoint], fields, ends_at=ends_at)
                async with aclosing(attempt) as chunks:
                    async for chunk in chunks:
                        attempts.has_text = True
                        yield chunk
                return
            except ModelUnavailable as fault:
                delay = attempts.delay(fault)
                if delay is None:
                    raise
                logger.info("%s It is tried again.", fault)
            await asyncio.sleep(delay)

    async def _attempt(
        self, endpoint: Endpoint, fields: dict[str, Any], *, ends_at: float
    ) -> AsyncGenerator[ChatGenerationChunk, None]:
        await self._sit_out(endpoint.pause, ends_at=ends_at)
        with endpoint.breaker.call():
            clocks = Clocks(
                first_token_seconds=self.first_token_seconds, idle_seconds=self.idle_seconds, ends_at=ends_at
            )
            try:
                async with aclosing(endpoint.stream(fields, max_tokens=self.max_tokens, clocks=clocks)) as chunks:
                    first = await anext(chunks)
                    endpoint.breaker.answered()
                    yield first
                    async for chunk in chunks:
                        yield chunk
            except ModelUnavailable as fault:
                endpoint.pause.heed(fault)
                raise

    async def _sit_out(self, pause: Pause, *, ends_at: float) -> None:
        """Wait as the endpoint asked. Raises ModelUnavailable where that is too long for whoever asks."""
        seconds = pause.seconds
        if seconds > min(LONGEST_WAIT, ends_at - asyncio.get_running_loop().time()):
            raise ModelUnavailable("rate_limited", f"it is left alone for {seconds:.0f} seconds more")
        await asyncio.sleep(seconds)

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
