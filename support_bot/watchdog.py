"""Tell from a thread of its own when the event loop is held up, and by what."""

import asyncio
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_TOO_LONG = 0.25  # seconds
_LOOKS = 0.05  # seconds between two looks

logger = logging.getLogger(__name__)


@contextmanager
def watched(*, blocked: Callable[[float], None], too_long: float = _TOO_LONG) -> Iterator[None]:
    """Watch the running loop: log where it is held up, and tell afterwards for how many seconds."""
    watch = _Watch(asyncio.get_running_loop(), blocked=blocked, too_long=too_long)
    thread = threading.Thread(target=watch.look, name="watchdog", daemon=True)
    watch.beat()
    thread.start()
    try:
        yield
    finally:
        watch.ends.set()


class _Watch:
    def __init__(self, loop: asyncio.AbstractEventLoop, *, blocked: Callable[[float], None], too_long: float) -> None:
        self.ends = threading.Event()
        self._loop = loop
        self._loops_thread = threading.get_ident()
        self._blocked = blocked
        self._too_long = too_long
        self._last = time.monotonic()
        self._is_told = False

    def beat(self) -> None:
        """Note that the loop goes round; it runs there."""
        now = time.monotonic()
        if self._is_told:
            self._blocked(now - self._last)
            self._is_told = False
        self._last = now
        if not self.ends.is_set():
            self._loop.call_later(_LOOKS, self.beat)

    def look(self) -> None:
        """Look again and again whether it does."""
        looked = time.monotonic()
        while not self.ends.wait(_LOOKS):
            now = time.monotonic()
            # A thread that overslept was stopped with the whole process, or the machine is busy.
            is_awake = now - looked < self._too_long
            held = now - self._last  # which changes while this thread looks
            if is_awake and held > self._too_long and not self._is_told:
                self._is_told = True
                frame = sys._current_frames().get(self._loops_thread)
                stack = "".join(traceback.format_stack(frame)) if frame else ""
                logger.warning("Nothing else was done for %.0f ms:\n%s", held * 1000, stack)
            looked = now
