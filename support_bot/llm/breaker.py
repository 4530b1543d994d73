"""Turn what became of an endpoint's latest calls into whether to call it again.

closed      calls pass; five failures that are half of the calls of 30 seconds open it, a refused key at once
open        no call passes for 30 seconds, so that nobody waits for an endpoint that is down
half-open   one call passes; its first text closes the breaker, its failure opens it for twice as long
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from support_bot.llm.errors import FaultKind, ModelUnavailable

_WINDOW_SECONDS = 30.0
_FAILURES = 5
_SHARE = 0.5
_OPEN_SECONDS = 30.0
_MOST_OPEN_SECONDS = 300.0
_LASTING: frozenset[FaultKind] = frozenset({"auth", "billing"})  # the next call would fail as well
_NO_SIGN_OF_HEALTH: frozenset[FaultKind] = frozenset({"rate_limited", "bad_request"})  # the endpoint is up

State = Literal["closed", "open", "half-open"]

logger = logging.getLogger(__name__)


class Breaker:
    """One endpoint's breaker, shared by every call of the process. `now` is a clock in seconds."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._calls: deque[tuple[float, bool]] = deque()  # when one succeeded or failed
        self._reason: FaultKind | None = None  # why it is not closed
        self._open_until = 0.0
        self._open_seconds = _OPEN_SECONDS
        self._is_probing = False

    @property
    def state(self) -> State:
        """Whether calls pass, none does, or the next one is tried."""
        if self._reason is None:
            return "closed"
        return "open" if self._now() < self._open_until else "half-open"

    @property
    def reason(self) -> FaultKind | None:
        """The kind of the fault that opened it, None while it is closed."""
        return self._reason

    @contextmanager
    def call(self) -> Iterator[None]:
        """Let one call pass. Raises ModelUnavailable, of the kind that opened it, when none may."""
        if self._reason is not None and (self.state == "open" or self._is_probing):
            raise ModelUnavailable(self._reason, "not asked again so soon after failing")
        self._is_probing = self._reason is not None
        try:
            yield
        except ModelUnavailable as fault:
            self._failed(fault.kind)
            raise
        finally:
            self._is_probing = False  # also where the asker left before there was an outcome

    def answered(self) -> None:
        """Note that a call has brought text."""
        if self._reason is not None:
            logger.warning("The model's endpoint answers again.")
            self._calls.clear()
        self._reason = None
        self._open_seconds = _OPEN_SECONDS
        self._count(succeeded=True)

    def _failed(self, kind: FaultKind) -> None:
        if kind in _NO_SIGN_OF_HEALTH:
            return
        if self._reason is not None:
            self._open_seconds = min(2 * self._open_seconds, _MOST_OPEN_SECONDS)
            self._open(kind)
            return
        self._count(succeeded=False)
        failures = sum(not succeeded for _, succeeded in self._calls)
        if kind in _LASTING or (failures >= _FAILURES and failures >= _SHARE * len(self._calls)):
            self._open(kind)

    def _count(self, *, succeeded: bool) -> None:
        self._calls.append((self._now(), succeeded))
        while self._calls[0][0] < self._now() - _WINDOW_SECONDS:
            self._calls.popleft()

    def _open(self, kind: FaultKind) -> None:
        logger.error("The model's endpoint is not asked for %g seconds (%s).", self._open_seconds, kind)
        self._reason = kind
        self._open_until = self._now() + self._open_seconds
        self._calls.clear()
