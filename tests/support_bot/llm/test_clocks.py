import asyncio
import socket
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from support_bot.llm.clocks import Clocks, with_silence
from support_bot.llm.errors import ModelUnavailable

_FOREVER = 3600.0


async def _after(begun: asyncio.Event, *chunks: str) -> AsyncGenerator[str, None]:
    await begun.wait()
    for chunk in chunks:
        yield chunk


async def test_what_comes_at_once_comes_alone() -> None:
    begun = asyncio.Event()
    begun.set()
    assert [chunk async for chunk in with_silence(_after(begun, "a", "b"), seconds=_FOREVER)] == ["a", "b"]
    assert [chunk async for chunk in with_silence(_after(begun), seconds=_FOREVER)] == []


async def test_a_silence_before_the_first_is_told_once() -> None:
    begun, heard = asyncio.Event(), list[str | None]()
    async for chunk in with_silence(_after(begun, "a", "b"), seconds=0):
        heard.append(chunk)
        begun.set()
    assert heard == [None, "a", "b"]


async def test_what_fails_after_a_silence_fails() -> None:
    async def failing() -> AsyncGenerator[str, None]:
        await asyncio.sleep(0)
        if asyncio.all_tasks():
            raise LookupError("gone")
        yield ""

    with pytest.raises(LookupError, match="gone"):
        [chunk async for chunk in with_silence(failing(), seconds=0)]


async def test_whoever_leaves_in_a_silence_leaves_nothing_running() -> None:
    chunks = _after(asyncio.Event())
    async with aclosing(chunks), aclosing(with_silence(chunks, seconds=0)) as heard:
        assert await anext(heard) is None
    assert len(asyncio.all_tasks()) == 1


async def test_p8_what_came_while_the_process_was_stopped_is_read_before_the_clock_rings() -> None:
    """A thread writes meanwhile, as the kernel does; the loop comes to it late, and the clock was due."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reader, writer = await asyncio.open_connection(sock=ours)
        clocks = Clocks(first_token_seconds=1, idle_seconds=1, ends_at=asyncio.get_running_loop().time() + 1)
        reading = asyncio.create_task(clocks.limit(reader.readexactly(1)))
        await asyncio.sleep(0)
        theirs.sendall(b"a")
        _stopped()
        assert await reading == b"a"
        clocks.content_came()
        with pytest.raises(ModelUnavailable):
            await clocks.limit(reader.readexactly(1))
        writer.close()


def _stopped() -> None:
    time.sleep(2)
