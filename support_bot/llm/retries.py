"""Turn a fault before an answer's first text into how long to wait for another attempt, if there is to be one."""

import random
import time
from collections import deque
from collections.abc import Callable

from support_bot.llm.errors import FaultKind, ModelUnavailable

MAX_ATTEMPTS = 3  # of one request, over all endpoints
LONGEST_WAIT = 5.0  # seconds that an endpoint may ask a request to wait
_LONGEST_PAUSE = 60.0  # seconds for which everybody heeds what it asked
_PAUSE_UNASKED = 5.0  # seconds after a rate limit that does not say how long to wait
_WINDOW_SECONDS = 60.0
_SHARE = 0.1  # of the calls in the window
_CONNECTING_SECONDS = 1.0  # a connection that took longer to fail is not worth another
_DELAYS = (0.2, 0.6)  # seconds, give or take half of them

_RETRIES: dict[FaultKind, int] = {
    "connect": 2,
    "dns": 1,
    "server": 2,
    "bad_response": 2,
    "rate_limited": 1,
    "timeout": 1,
    "empty": 1,
}


class RetryBudget:
    """How many retries the process has left: a tenth of its calls, so that an outage is not made worse.

    The `fewest` are there in any case: a quiet site would have none.
    """

    def __init__(self, *, fewest: int = 10, now: Callable[[], float] = time.monotonic) -> None:
        self._fewest = fewest
        self._now = now
        self._calls: deque[float] = deque()
        self._retries: deque[float] = deque()

    def count_call(self) -> None:
        """Count a request."""
        self._calls.append(self._now())
        self._forget(self._calls)

    def take(self) -> bool:
        """Take one retry, if there is one left."""
        self._forget(self._calls)
        self._forget(self._retries)
        if len(self._retries) >= max(self._fewest, int(_SHARE * len(self._calls))):
            return False
        self._retries.append(self._now())
        return True

    def _forget(self, times: deque[float]) -> None:
        while times and times[0] < self._now() - _WINDOW_SECONDS:
            times.popleft()


class Pause:
    """How long an endpoint asked every caller to wait."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._until = 0.0

    @property
    def seconds(self) -> float:
        """What is left of it."""
        return max(0.0, self._until - self._now())

    def heed(self, fault: ModelUnavailable) -> None:
        """Wait as long as the fault asks, which not every fault does."""
        asked = _PAUSE_UNASKED if fault.kind == "rate_limited" and fault.retry_after is None else fault.retry_after
        if asked is not None:
            self._until = max(self._until, self._now() + min(asked, _LONGEST_PAUSE))


class Attempts:
    """The attempts of one request: `endpoint` is the one to ask next, counted from 0."""

    def __init__(
        self, *, endpoints: int, budget: RetryBudget, total_seconds: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.endpoint = 0
        self.has_text = False  # what has been read cannot be asked for again
        self._endpoints = endpoints
        self._budget = budget
        self._now = now
        self._total_seconds = total_seconds
        self._started = now()
        self._made = 0
        self._made_here = 0
        budget.count_call()

    def delay(self, fault: ModelUnavailable) -> float | None:
        """Return the seconds until the next attempt, here or at the next endpoint; None when there is to be none."""
        self._made += 1
        self._made_here += 1
        endpoints_left = self._endpoints - 1 - self.endpoint
        if self.has_text or self._made >= MAX_ATTEMPTS:
            return None
        if self._made + endpoints_left < MAX_ATTEMPTS and self._helps(fault) and self._budget.take():
            # Where the endpoint asked for a time, its pause holds the attempt back.
            return _DELAYS[self._made - 1] * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
        if not endpoints_left:
            return None
        self.endpoint += 1
        self._made_here = 0
        return 0.0

    def _helps(self, fault: ModelUnavailable) -> bool:
        """Whether asking the same endpoint again may help, in good time."""
        elapsed = self._now() - self._started
        if self._made_here > _RETRIES.get(fault.kind, 0) or (fault.retry_after or 0.0) > LONGEST_WAIT:
            return False
        match fault.kind:
            case "connect" | "dns":
                return elapsed < _CONNECTING_SECONDS
            case "rate_limited":
                return fault.retry_after is not None
            case _:
                return elapsed < self._total_seconds / 2
