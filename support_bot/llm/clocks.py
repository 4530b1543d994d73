"""Turn the time limits of a streamed answer into faults, and a silence before it into something to tell of."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import suppress
from typing import TypeVar

from support_bot.llm.errors import ModelUnavailable

_TAIL_SECONDS = 1.0
_LATE = 0.5  # seconds: a clock that rings so much too late has stood still

_Result = TypeVar("_Result")


async def with_silence(chunks: AsyncIterator[_Result], *, seconds: float) -> AsyncGenerator[_Result | None, None]:
    """Yield what comes, and None before it where the first has not come within so many seconds."""
    first = asyncio.ensure_future(anext(chunks))
    try:
        begun, _ = await asyncio.wait({first}, timeout=seconds)
        if not begun:
            yield None
        yield await first
    except StopAsyncIteration:
        return
    finally:
        first.cancel()
        with suppress(asyncio.CancelledError, Exception):  # told of above, or nobody is there to be told
            await first
    async for chunk in chunks:
        yield chunk


class Clocks:
    """When an answer's next content must have come, and when the whole of it.

    No limit spans a yield: a timeout cancels the task that runs when it fires, and that may be the consumer's.
    """

    def __init__(self, *, first_token_seconds: float, idle_seconds: float, ends_at: float) -> None:
        """Start the clocks; the whole answer must have come when the event loop's own clock says `ends_at`."""
        self._now = asyncio.get_running_loop().time
        self._idle_seconds = idle_seconds
        self._total = ends_at
        self._next = self._now() + first_token_seconds
        self._fault = ModelUnavailable("timeout", f"no text within {first_token_seconds:g} seconds")
        self._total_fault = ModelUnavailable("timeout", "no end within the time of a whole answer")

    def content_came(self) -> None:
        """Wait for more from now on. Only what a visitor can read counts: a keep-alive does not."""
        self._next = self._now() + self._idle_seconds
        self._fault = ModelUnavailable("stall", f"no more text for {self._idle_seconds:g} seconds")

    def wrap_up(self) -> None:
        """Wait but a moment longer, for token counts and for the body's end, which frees its connection for reuse."""
        self._next = min(self._next, self._now() + _TAIL_SECONDS)

    async def limit(self, step: Awaitable[_Result]) -> _Result:
        """Return what the step returns. Raises ModelUnavailable (timeout or stall) when a clock runs out before."""
        timer: asyncio.TimerHandle | None = None
        try:
            async with asyncio.timeout(None) as running:
                due = min(self._next, self._total)
                timer = asyncio.get_running_loop().call_at(due, self._ring, running, due, self._now())
                return await step
        except TimeoutError:
            raise (self._fault if self._next <= self._total else self._total_fault) from None
        finally:
            if timer is not None:
                timer.cancel()

    def _ring(self, running: asyncio.Timeout, due: float, began: float) -> None:
        late = self._now() - max(due, began)
        if late > _LATE:  # this process was stopped, and what came meanwhile is still to be read
            self._next += late + _TAIL_SECONDS
            self._total += late + _TAIL_SECONDS
            running.reschedule(self._now() + _TAIL_SECONDS)
        else:
            running.reschedule(self._now())
