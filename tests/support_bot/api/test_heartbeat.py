import asyncio
from collections.abc import AsyncGenerator

from support_bot.api.heartbeat import with_heartbeat


async def test_a_silent_stream_has_a_heartbeat() -> None:
    async def slow() -> AsyncGenerator[bytes, None]:
        yield b"one"
        await asyncio.sleep(0.2)
        yield b"two"

    sent = [piece async for piece in with_heartbeat(slow(), seconds=0.05)]
    assert sent[0] == b"one"
    assert sent[-1] == b"two"
    assert set(sent[1:-1]) == {b": ping\n\n"}


async def test_a_reader_that_leaves_closes_the_stream() -> None:
    closed = asyncio.Event()

    async def endless() -> AsyncGenerator[bytes, None]:
        try:
            yield b"one"
            await asyncio.Event().wait()
        finally:
            closed.set()

    async def read() -> None:
        async for _ in with_heartbeat(endless()):
            pass

    reading = asyncio.create_task(read())
    await asyncio.sleep(0.01)
    reading.cancel()
    await asyncio.wait({reading})
    await asyncio.wait_for(closed.wait(), timeout=5)
