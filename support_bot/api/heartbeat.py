"""Turn a stream of bytes that may fall silent into one that no proxy takes for dead."""

import asyncio
from collections.abc import AsyncGenerator

import anyio

STREAM_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # nothing on the way may hold a stream back

_HEARTBEAT = b": ping\n\n"
_HEARTBEAT_SECONDS = 15.0


async def with_heartbeat(
    stream: AsyncGenerator[bytes, None], *, seconds: float = _HEARTBEAT_SECONDS
) -> AsyncGenerator[bytes, None]:
    """Yield the stream, and a comment whenever it is silent for so long, so that no proxy takes it for dead."""
    piece: asyncio.Future[bytes | None] | None = None
    try:
        while True:
            piece = asyncio.ensure_future(anext(stream, None))
            while not (await asyncio.wait({piece}, timeout=seconds))[0]:
                yield _HEARTBEAT
            sent = piece.result()
            if sent is None:
                return
            yield sent
    finally:
        # The reader may have left in the middle of a piece, and its leaving must not cut this short.
        with anyio.CancelScope(shield=True):
            if piece is not None and not piece.done():
                piece.cancel()
                await asyncio.wait({piece})
            await stream.aclose()
