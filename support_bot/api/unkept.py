"""Turn answers that could not be kept when they were written into kept ones, once the database is there again."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from support_bot.api.run import Run
from support_bot.conversations.errors import StoreError

_PAUSE = 5.0  # seconds


class Unkept:
    """What is to be kept yet: no other server may take it for cut off while this one lives, nor may its asker."""

    def __init__(self, keep: Callable[[Run], Awaitable[None]], *, pause: float = _PAUSE) -> None:
        self._keep = keep
        self._pause = pause
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, run: Run) -> None:
        """Keep an answer after a pause, however many it takes."""
        task = asyncio.create_task(self._kept(run))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Give up what is not kept: others take it for cut off once this server has left."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _kept(self, run: Run) -> None:
        while True:
            await asyncio.sleep(self._pause)
            with suppress(StoreError):
                await self._keep(run)
                return
