"""Turn one answer, while it comes to be, into what each of its readers is sent."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from starlette.requests import Request

from support_bot.answering.events import AnswerEvent, Sources
from support_bot.api.schema import ChatAnswer
from support_bot.api.trace import moment
from support_bot.api.wire import Message

Events = AsyncGenerator[AnswerEvent, None]
Piece = TypeVar("Piece")
Cut = Literal["stopped", "left", "restarting"]


@dataclass(slots=True)
class Run:
    """One answer while it comes to be, and all that has been sent of it."""

    message: Message
    owner: str
    seconds_alone: float  # that it goes on without a reader
    events: list[AnswerEvent] = field(default_factory=list)
    moments: dict[str, int] = field(default_factory=dict)  # milliseconds until each kind of event first came
    frames: list[bytes] = field(default_factory=list)
    answer: ChatAnswer | None = None  # as one object, once it is written
    failure: Exception | None = None  # what broke it off
    is_written: bool = False
    is_over: bool = False  # and kept, so far as it could be
    cut: Cut | None = None
    task: asyncio.Task[None] | None = None
    _readers: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, event: AnswerEvent) -> None:
        """Keep an event, and when the first one of its kind came."""
        self.events.append(event)
        kind = moment(event)
        if kind not in self.moments:
            self.moments[kind] = self.message.milliseconds().total

    async def written(self, *, after: int = -1) -> AsyncGenerator[bytes, None]:
        """Yield the stream's frames behind this one, as they come."""
        async with aclosing(self._followed(self.frames, after=after)) as followed:
            async for frame in followed:
                yield frame

    async def happened(self) -> Events:
        """Yield the answer's events as they come; raise what broke it off."""
        async with aclosing(self._followed(self.events, after=-1)) as followed:
            async for event in followed:
                yield event
        if self.failure is not None:
            raise self.failure

    async def whole(self) -> ChatAnswer:
        """Return the answer as one object once it is over. Raises what broke it off."""
        while not self.is_over:
            await self._news.wait()
        if self.failure is not None or self.answer is None:
            raise self.failure or RuntimeError(f"The answer {self.message.id} was cut off before it began.")
        return self.answer

    async def begun(self) -> None:
        """Return once it has searched. Raises what kept it from that, so that it fails as an HTTP status."""
        while not (self.frames or self.is_over):
            await self._news.wait()
        if self.failure is not None and not self.frames:
            raise self.failure

    async def attended(self, reading: Awaitable[Piece], *, request: Request) -> Piece:
        """Return what is read for a request; whoever made it and leaves meanwhile is no reader any more.

        A stream's end is seen by what sends it: this is for the time before its first byte, and for what comes whole.
        """
        waiting, leaving = asyncio.ensure_future(reading), asyncio.ensure_future(_left(request))
        try:
            self._readers += 1
            try:
                await asyncio.wait({waiting, leaving}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                self._readers -= 1
            if not (waiting.done() or self._readers):
                self._wait_for_somebody()
            return await waiting
        finally:
            waiting.cancel()
            leaving.cancel()

    def documents(self) -> set[str]:
        """Return the ids of the sources that it has named."""
        named = [event.sources for event in self.events if isinstance(event, Sources)]
        return {source.passage.document_id for sources in named for source in sources}

    def stop(self, why: Cut) -> None:
        """Cut it off, unless it is written already."""
        if self.task is not None and not self.is_written and self.cut is None:
            self.cut = why
            self.task.cancel()

    def tell(self) -> None:
        """Wake whoever waits for more."""
        self._news.set()
        self._news = asyncio.Event()

    async def _followed(self, pieces: list[Piece], *, after: int) -> AsyncGenerator[Piece, None]:
        self._readers += 1
        try:
            while True:
                for piece in pieces[after + 1 :]:
                    after += 1
                    yield piece
                if self.is_over and after + 1 >= len(pieces):
                    return
                if after + 1 >= len(pieces):
                    await self._news.wait()
        finally:
            self._readers -= 1
            if not self._readers:
                self._wait_for_somebody()

    def _wait_for_somebody(self) -> None:
        if not self.seconds_alone:
            self.stop("left")
        elif not self.is_written:
            asyncio.get_running_loop().call_later(self.seconds_alone, self._leave)

    def _leave(self) -> None:
        if not self._readers:
            self.stop("left")


async def _left(request: Request) -> None:
    """Return once whoever made a request has closed its connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
