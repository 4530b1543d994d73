"""Let so many answers be made at once, let as many wait a moment, and turn the rest away at once: staff go first."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from support_bot.access.errors import Overloaded, TooOften
from support_bot.access.principal import Kind, Principal

_RETRY_SECONDS = 5


class Admission:
    """The places of one process. It is used by one event loop, so nothing of it needs a lock."""

    def __init__(
        self,
        *,
        places: int,
        each: int,
        shed: Callable[[Kind], None],
        wait_seconds: float = 2.0,
        staff_seconds: float = 10.0,
    ) -> None:
        self._shed = shed  # is told who was turned away, for no fault of theirs
        self._free = places
        self._room = places  # as many may wait
        self._each = each
        self._wait_seconds = wait_seconds
        self._staff_seconds = staff_seconds  # that is longer than an answer takes: they go first, so a place comes
        self._taken: Counter[str] = Counter()  # by owner
        self._staff: deque[asyncio.Future[bool]] = deque()
        self._others: deque[asyncio.Future[bool]] = deque()

    @asynccontextmanager
    async def place(self, asker: Principal) -> AsyncGenerator[None, None]:
        """Hold a place while an answer is made. Raises TooOften and Overloaded."""
        if asker.is_one_of_many and self._taken[asker.owner] >= self._each:
            raise TooOften(f"At most {self._each} answers at once.", retry_after=_RETRY_SECONDS)
        self._taken[asker.owner] += 1
        try:
            try:
                await self._enter(is_staff=asker.kind in ("agent", "admin"))
            except Overloaded:
                self._shed(asker.kind)
                raise
            try:
                yield
            finally:
                self._leave()
        finally:
            self._taken[asker.owner] -= 1
            if not self._taken[asker.owner]:
                del self._taken[asker.owner]

    async def _enter(self, *, is_staff: bool) -> None:
        if self._free:
            self._free -= 1
            return
        if len(self._staff) + len(self._others) >= self._room and not (is_staff and self._turn_one_away()):
            raise Overloaded("More are asking than can be answered at once.", retry_after=_RETRY_SECONDS)
        called: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        queue = self._staff if is_staff else self._others
        queue.append(called)
        try:
            async with asyncio.timeout(
                self._staff_seconds if is_staff else self._wait_seconds
            ):  # wait_for would swallow a cancellation
                is_in = await asyncio.shield(called)
        except TimeoutError:
            is_in = called.done() and called.result()  # called in at the last moment
        except asyncio.CancelledError:
            if called.done() and called.result():
                self._leave()
            raise
        finally:
            if called in queue:
                queue.remove(called)
        if not is_in:
            raise Overloaded("More are asking than can be answered at once.", retry_after=_RETRY_SECONDS)

    def _leave(self) -> None:
        for queue in (self._staff, self._others):
            if queue:
                queue.popleft().set_result(True)  # the place goes from hand to hand
                return
        self._free += 1

    def _turn_one_away(self) -> bool:
        """Turn away whoever of the others came last, if anybody of them waits."""
        if not self._others:
            return False
        self._others.pop().set_result(False)
        return True
