"""Turn SIGTERM and SIGINT into an orderly end: of a run, as soon as it may, and of whatever waits."""

import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPING = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stoppable() -> Iterator[None]:
    """Let a signal end what is done here with the shell's exit code for it, by way of every `finally` and `with`."""
    before = {number: signal.signal(number, _stop) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Signals:
    """Waits for signals, and for the end of child processes, without ever being interrupted by them."""

    def __init__(self) -> None:
        self.stop = False  # whether SIGTERM or SIGINT came
        self._reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        for number in (*STOPPING, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)  # so that it is no longer ignored, and written to the pipe
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def wait(self, seconds: float | None) -> None:
        """Return when a signal has come or a child has ended, and after so many seconds at the latest."""
        select.select([self._reading], [], [], seconds)
        try:
            numbers = os.read(self._reading, 1024)
        except BlockingIOError:
            return
        self.stop = self.stop or any(number in numbers for number in STOPPING)


def _stop(number: int, frame: FrameType | None) -> None:
    for each in STOPPING:
        signal.signal(each, signal.SIG_IGN)  # one is enough: the way out is not cut short by a second
    name = signal.Signals(number).name
    print(f"ingest: stopped by {name}. What served goes on serving; the next run begins anew.", file=sys.stderr)
    sys.exit(128 + number)
