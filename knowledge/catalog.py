"""Say which generation of a site's knowledge serves, and replace it by one atomic step.

<data>/index/<site>/CURRENT     one line: the number of the generation that serves
<data>/index/<site>/PREVIOUS    the number of the one that served before it, which a rollback returns to
<data>/index/<site>/<number>/   a generation
<data>/index/<site>/writer.lock held by the one process that may write here
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.disk import sync, sync_one, write_whole
from knowledge.errors import GenerationUnwritable, KnowledgeBaseEmpty, KnowledgeError, NotServed
from knowledge.generation import is_whole, read_manifest
from knowledge.hidden import Hidden
from knowledge.lock import held

_BUILDING = ".building"


class Catalog:
    """The generations of one site."""

    def __init__(self, data_dir: Path, site: str) -> None:
        self.data_dir = data_dir
        self.site = site
        self.folder = data_dir / "index" / site
        self.hidden = Hidden(data_dir, site)
        self._pointer = self.folder / "CURRENT"
        self._previous = self.folder / "PREVIOUS"

    def current(self) -> Path | None:
        """Return the folder of the generation that serves, None before the first."""
        number = _named(self._pointer)
        return None if number is None else self.folder / number

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
        """Return the folders of the generations that could serve instead, that which served before it first."""
        current, previous = self.current(), _named(self._previous)
        others = [folder for folder in self._generations() if folder != current]
        return sorted(others, key=lambda folder: (folder.name == previous, _number(folder)), reverse=True)

    def way_back(self) -> Path | None:
        """Return the folder of the generation that a rollback returns to, None when there is none that can serve."""
        return next(filter(_can_serve, self.others()), None)

    def next_number(self) -> int:
        """Return the number of the next generation: one above every number in use."""
        return max(map(_number, self._generations()), default=0) + 1

    def building(self, number: int) -> Path:
        """Return the folder in which a generation is built before it has a name that can serve."""
        return self.folder / f"{number}{_BUILDING}"

    def require_room(self) -> None:
        """Raise GenerationUnwritable when the disk has no room for a generation twice the size of what serves."""
        current = self.current()
        if current is None:
            return
        needed = 2 * sum(file.stat().st_size for file in current.rglob("*") if file.is_file())
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise GenerationUnwritable(
                f"A new generation in {self.folder} needs up to {needed / 1e6:,.0f} MB, and the disk has "
                f"{free / 1e6:,.0f} MB left. What served goes on serving. Make room, and run again."
            )

    def promote(self, number: int) -> None:
        """Let a generation that was built in `building(number)` serve from now on."""
        sync(self.building(number))  # whoever looked at it since it was built has changed its files by opening them
        self.building(number).rename(self.folder / str(number))
        sync_one(self.folder)  # the pointer must never reach the disk before what it points to
        self._point_to(number)

    def roll_back(self) -> int:
        """Let the generation that served before serve again; return its number. A second time leads forth again."""
        folder = self.way_back()
        if folder is None:
            raise NotServed(f"Site {self.site!r} has no other generation to go back to in {self.folder}.")
        self._point_to(_number(folder))
        return _number(folder)

    def reclaim(self) -> None:
        """Remove abandoned builds and all generations but the one that serves and the one that did before it.

        What someone still reads stays until the next time.
        """
        for folder in self._builds():
            shutil.rmtree(folder)
        for folder in self.others()[1:]:
            _remove_unread(folder)

    def _point_to(self, number: int) -> None:
        current = self.current()
        if current is not None:
            _write_pointer(self._previous, current.name)
        _write_pointer(self._pointer, str(number))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to write here; raise AlreadyRunning when another process has it."""
        doing = f"Site {self.site!r} is already being written"
        with held(self.folder / "writer.lock", doing=doing, remedy="Wait until it has finished."):
            try:
                yield
            finally:  # a build that was stopped; one that was killed goes with the next generation
                for folder in self._builds():
                    shutil.rmtree(folder, ignore_errors=True)

    def _builds(self) -> list[Path]:
        return list(self.folder.glob(f"*{_BUILDING}"))

    def _generations(self) -> list[Path]:
        return [
            folder
            for folder in self.folder.glob("*")
            if folder.is_dir() and folder.name.isascii() and folder.name.isdigit()
        ]


class PinnedCatalog(Catalog):
    """The generations of one site for a reader of one of them, whichever serves."""

    def __init__(self, data_dir: Path, site: str, *, number: int) -> None:
        super().__init__(data_dir, site)
        self._number = number

    def current(self) -> Path:
        """Return the folder of the generation that is read."""
        return self.folder / str(self._number)

    def others(self) -> list[Path]:
        """Return nothing: no other could be read instead."""
        return []


def _named(pointer: Path) -> str | None:
    """Return the number in a pointer's file, None when there is no such file."""
    try:
        number = pointer.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    return number if number.isdigit() else "0"  # no generation has the number 0


def _write_pointer(pointer: Path, number: str) -> None:
    write_whole(pointer, f"{number}\n")
    sync_one(pointer.parent)


def _can_serve(folder: Path) -> bool:
    try:
        return is_whole(folder, read_manifest(folder))
    except KnowledgeError:
        return False


def _number(folder: Path) -> int:
    return int(folder.name)


def _remove_unread(folder: Path) -> None:
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        shutil.rmtree(folder)
