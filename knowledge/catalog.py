"""Say which generation of a site's knowledge serves, and replace it by one atomic step.

<data>/index/<site>/CURRENT     one line: the number of the generation that serves
<data>/index/<site>/<number>/   a generation
<data>/index/<site>/writer.lock held by the one process that may write here
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.errors import AlreadyRunning, KnowledgeBaseEmpty
from knowledge.generation import sync_one

_KEPT = 2  # the one that serves and the one to roll back to
_BUILDING = ".building"


class Catalog:
    """The generations of one site."""

    def __init__(self, data_dir: Path, site: str) -> None:
        self.site = site
        self.folder = data_dir / "index" / site
        self._pointer = self.folder / "CURRENT"

    def current(self) -> Path | None:
        """Return the folder of the generation that serves, None before the first."""
        try:
            number = self._pointer.read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return None
        return self.folder / (number if number.isdigit() else "0")  # no generation has the number 0

    def serving(self) -> Path:
        """Return the folder of the generation that serves; raise KnowledgeBaseEmpty before the first."""
        current = self.current()
        if current is None:
            raise KnowledgeBaseEmpty(
                f"Site {self.site!r} has no knowledge in {self.folder}. "
                f"Run `python -m ingest run PATH --site {self.site}`."
            )
        return current

    def others(self) -> list[Path]:
        """Return the folders of the generations that could serve instead of the one that does, the best first."""
        current = self.current()
        return sorted((g for g in self._generations() if g != current), key=_number, reverse=True)

    def next_number(self) -> int:
        """Return the number of the next generation: one above every number in use."""
        return max(map(_number, self._generations()), default=0) + 1

    def building(self, number: int) -> Path:
        """Return the folder in which a generation is built before it has a name that can serve."""
        return self.folder / f"{number}{_BUILDING}"

    def promote(self, number: int) -> None:
        """Let a generation that was built in `building(number)` serve from now on."""
        self.building(number).rename(self.folder / str(number))
        sync_one(self.folder)  # the pointer must never reach the disk before what it points to
        beside = self.folder / "CURRENT.next"
        beside.write_text(f"{number}\n", encoding="ascii")
        sync_one(beside)
        beside.replace(self._pointer)
        sync_one(self.folder)

    def reclaim(self) -> None:
        """Remove abandoned builds and all but the newest generations, save those that someone still reads."""
        for folder in self.folder.glob(f"*{_BUILDING}"):
            shutil.rmtree(folder)
        current = self.current()
        for folder in sorted(self._generations(), key=_number)[:-_KEPT]:
            if folder != current:
                _remove_unread(folder)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to write here; raise AlreadyRunning when another process has it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "writer.lock").open("a+", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise AlreadyRunning(
                    f"Site {self.site!r} is already being written by process {lock.read().strip() or 'unknown'}. "
                    "Wait until it has finished."
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def _generations(self) -> list[Path]:
        return [
            folder
            for folder in self.folder.glob("*")
            if folder.is_dir() and folder.name.isascii() and folder.name.isdigit()
        ]


def _number(folder: Path) -> int:
    return int(folder.name)


def _remove_unread(folder: Path) -> None:
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        shutil.rmtree(folder)
