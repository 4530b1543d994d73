"""Turn a file into a lock that one process holds, and that dies with it.

It is a lock on the file, not the file itself: what a killed process leaves behind keeps nobody out.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.errors import AlreadyRunning


@contextmanager
def held(file: Path, *, doing: str, remedy: str) -> Iterator[None]:
    """Hold the lock; raise AlreadyRunning, with what is being done under it, when another process does."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(f"{doing} by process {lock.read().strip() or 'unknown'}. {remedy}") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def is_held(file: Path) -> bool:
    """Whether a process holds the lock."""
    try:
        with file.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
