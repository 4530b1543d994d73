"""Remember for a moment that a visitor is no customer yet, so that not each of their requests reads the database.

Another server's word is heard that much later; this one's own at once, and for good.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

_SECONDS = 4.0
_MOST = 10_000  # visitors that are remembered


class Departures:
    """What is known of visitors: that they were still there a moment ago, or that they have left."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._known: OrderedDict[str, float | None] = OrderedDict()  # when they were there; None: they have left

    def known(self, visitor: str) -> bool | None:
        """Return whether a visitor has left, None where that is to be read anew."""
        seen = self._known.get(visitor, float("-inf"))
        if seen is None:
            return True
        return False if self._now() - seen < _SECONDS else None

    def note(self, visitor: str, *, has_left: bool) -> None:
        """Remember what has been read or done; whoever has left does not come back."""
        has_left = has_left or self._known.get(visitor, 0.0) is None
        self._known[visitor] = None if has_left else self._now()
        self._known.move_to_end(visitor)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
