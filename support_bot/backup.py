"""Turn a data directory in use into a copy that is one itself: whole, of one moment a site, ready to serve.

Each site's pointer is read once, and its generation kept from being removed while it is copied. Databases are copied by
SQLite, which leaves nothing of a write that is under way. What can be made again at little cost is left out.
"""

import os
import shlex
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from knowledge.catalog import Catalog
from knowledge.disk import sync
from knowledge.errors import GenerationDamaged, KnowledgeError
from knowledge.generation import is_whole, read_manifest, shared_lock
from support_bot.conversations.database import FILE

_LEFT_OUT = {"evaluation", "quarantine"}
_PASSING = (".lock", ".next", ".building", "-wal", "-shm", "-journal")  # what only a running process needs


class BackupRefused(KnowledgeError):
    """There is nothing to back up, or no place for it."""


def backed_up(data_dir: Path, target: Path) -> str:
    """Copy the data directory into a folder that is not there yet, and say what it holds."""
    if not data_dir.is_dir():
        raise BackupRefused(f"The data directory {str(data_dir)!r} does not exist. Name it with --data.")
    if target.exists():
        raise BackupRefused(f"{str(target)!r} exists already. Give a folder that does not, such as one with the date.")
    if target.absolute().is_relative_to(data_dir.absolute()):
        raise BackupRefused(f"{str(target)!r} lies in the data directory itself. Give a folder elsewhere.")
    beside = target.with_name(f"{target.name}.partial")
    shutil.rmtree(beside, ignore_errors=True)  # one that was broken off
    beside.mkdir(parents=True, mode=0o700)  # it holds internal articles, and what proves who may ask
    for file in _files(data_dir, above=data_dir):
        _copy(file, beside / file.relative_to(data_dir))
    sites = {folder.name: _copied_site(Catalog(data_dir, folder.name), beside) for folder in _sites(data_dir)}
    sync(beside)
    beside.rename(target)
    held = ", ".join(f"{site!r} (generation {number or 'none'})" for site, number in sorted(sites.items())) or "none"
    return f"{target} holds the sites {held}. It is a data directory itself: --data {target}"


def kept_elsewhere(url: URL, *, data_dir: Path, target: Path) -> str:
    """Return how the database of conversations is copied where it lies outside of the data directory, else nothing."""
    if url.get_backend_name() == "postgresql":
        place = URL.create(
            "postgresql",
            username=url.username,
            host=url.host,
            port=url.port,
            database=url.database,
            query=url.query,
        )
        shown, dump = shlex.quote(place.render_as_string()), shlex.quote(str(target / "conversations.dump"))
        return (
            "Conversations and what was spent are in PostgreSQL, and not in that folder. Copy them too, with the "
            f"password in PGPASSWORD or ~/.pgpass:\npg_dump --format=custom --file={dump} --dbname={shown}\n"
            f"and restore them into an empty database with\npg_restore --no-owner --dbname={shown} {dump}"
        )
    file = Path(url.database or "").absolute()
    if file.is_relative_to(data_dir.absolute()):
        return ""
    copied = f"VACUUM INTO '{target / FILE}'"
    return (
        f"Conversations and what was spent are in {file}, and not in that folder. Copy them too:\n"
        f"sqlite3 {shlex.quote(str(file))} {shlex.quote(copied)}"
    )


def _sites(data_dir: Path) -> list[Path]:
    return [folder for folder in data_dir.glob("index/*") if folder.is_dir()]


def _copied_site(catalog: Catalog, beside: Path) -> int | None:
    """Copy the generation that serves and the way back from it; return the number of the first."""
    current, way_back = catalog.current(), catalog.way_back()
    target = beside / "index" / catalog.site
    for pointer, folder in (("CURRENT", current), ("PREVIOUS", way_back if way_back != current else None)):
        if folder is None:
            continue
        lock = shared_lock(folder)
        try:
            for file in _files(folder, above=folder):
                _copy(file, target / folder.name / file.relative_to(folder))
        finally:
            os.close(lock)
        copy = target / folder.name
        (copy / "lock").touch()
        if not is_whole(copy, read_manifest(copy)):
            raise GenerationDamaged(f"{folder} is not whole. Run the import again, and then the backup.")
        (target / pointer).write_text(f"{folder.name}\n", encoding="ascii")
    return int(current.name) if current else None


def _files(folder: Path, *, above: Path) -> Iterator[Path]:
    """Yield the files to copy below a folder; of a data directory, not its generations and pointers."""
    for entry in sorted(folder.iterdir()):
        if entry.is_symlink() or entry.name.endswith(_PASSING) or (folder == above and entry.name in _LEFT_OUT):
            continue
        parts = entry.relative_to(above).parts
        is_generation = parts[0] == "index" and len(parts) == 3 and (entry.name.isdigit() or entry.name.isupper())
        if is_generation:
            continue
        if entry.is_dir():
            yield from _files(entry, above=above)
        elif entry.is_file():
            yield entry


def _copy(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if _is_database(file):
        with closing(sqlite3.connect(file)) as database:
            database.execute("VACUUM INTO ?", (str(target),))
        shutil.copymode(file, target)
    else:
        shutil.copy2(file, target)


def _is_database(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(16) == b"SQLite format 3\0"
