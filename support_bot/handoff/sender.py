"""Bring what waits in the outbox to where people answer, each as often as it takes and none more often than that.

What could not be delivered is tried again after longer and longer pauses, and never given up: a wrong key or an address
that has moved is mended by whoever runs the site, whom the metrics and `doctor` tell.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from support_bot.conversations.errors import StoreError
from support_bot.handoff.helpdesk import Helpdesk, NotDelivered
from support_bot.handoff.outbox import Outbox
from support_bot.handoff.records import Claimed

_PAUSES = (5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)  # seconds after each attempt in vain; the last holds from then on
_HELD_SECONDS = 180.0  # longer than an attempt may take
_ATTEMPT_SECONDS = 90.0
_LOOK_SECONDS = 5.0  # until what another server took in, or what is due again, is seen
_CLOSING_SECONDS = 10.0
_REMEMBERED = 100

logger = logging.getLogger(__name__)


class Sender:
    """Delivers one handoff after another. `tell` is called after each attempt, with whether it failed."""

    def __init__(
        self,
        outbox: Outbox,
        *,
        helpdesk: Helpdesk,
        tell: Callable[[bool], None],
        pauses: Sequence[float] = _PAUSES,
        held_seconds: float = _HELD_SECONDS,
        look_seconds: float = _LOOK_SECONDS,
    ) -> None:
        self._outbox = outbox
        self._helpdesk = helpdesk
        self._tell = tell
        self._pauses = pauses
        self._held_seconds = held_seconds
        self._look_seconds = look_seconds
        self._is_closing = False
        self._woken = asyncio.Event()
        self._tried = asyncio.Condition()
        self._last = deque[str](maxlen=_REMEMBERED)  # handoffs that were tried

    async def run(self) -> None:
        """Deliver until it is closed."""
        while not self._is_closing:
            self._woken.clear()
            try:
                while not self._is_closing and (claimed := await self._claimed()) is not None:
                    await self._attempt(claimed)
            except StoreError as error:
                logger.error("What waits for a person is not delivered yet. %s", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._look_seconds):
                    await self._woken.wait()

    async def tried(self, handoff_id: str, *, seconds: float) -> None:
        """Have a handoff delivered at once, and return when that was tried, or after so many seconds."""
        self._woken.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._tried:
                await self._tried.wait_for(lambda: handoff_id in self._last)

    async def close(self, running: asyncio.Task[None]) -> None:
        """Let the attempt that is being made end, for a while; what stays open is tried again later."""
        self._is_closing = True
        self._woken.set()
        await asyncio.wait([running], timeout=_CLOSING_SECONDS)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    async def _claimed(self) -> Claimed | None:
        return await asyncio.to_thread(self._outbox.claim, seconds=self._held_seconds)

    async def _attempt(self, claimed: Claimed) -> None:
        handoff = claimed.handoff
        try:
            async with asyncio.timeout(_ATTEMPT_SECONDS):
                ticket = await self._helpdesk.deliver(handoff, is_repeated=claimed.attempt > 1)
        except NotDelivered as error:
            await self._failed(claimed, why=str(error), pause=error.pause)
        except TimeoutError:
            await self._failed(claimed, why="no answer in time")
        except Exception as error:  # one that cannot be sent must not hold up the rest
            logger.exception("Handoff %s cannot be sent.", handoff.id)
            await self._failed(claimed, why=type(error).__name__)
        else:
            await asyncio.to_thread(self._outbox.note_delivered, handoff.id, ticket=ticket)
            self._tell(False)
        async with self._tried:
            self._last.append(handoff.id)
            self._tried.notify_all()

    async def _failed(self, claimed: Claimed, *, why: str, pause: float = 0.0) -> None:
        pause = max(pause, self._pauses[min(claimed.attempt, len(self._pauses)) - 1])
        logger.warning("Handoff %s is not delivered: %s. Next attempt in %.0f s.", claimed.handoff.id, why, pause)
        await asyncio.to_thread(self._outbox.note_failed, claimed, why=why, pause=pause)
        self._tell(True)
