"""Keep what was fetched of a source, so that what has not changed need not be sent again.

<data>/fetched/<site>/<source>.sqlite3
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_SCHEMA = """
CREATE TABLE IF NOT EXISTS page (
    asked TEXT PRIMARY KEY, url TEXT NOT NULL, media_type TEXT NOT NULL, robots TEXT NOT NULL, etag TEXT NOT NULL,
    last_modified TEXT NOT NULL, content BLOB NOT NULL
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Page:
    """What a server answered."""

    url: str  # where redirects led
    media_type: str
    content: bytes
    robots: str = ""  # what a crawler is told in a header
    etag: str = ""
    last_modified: str = ""

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for it only if it has changed."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}


class Kept:
    """The pages of one source, by the address that was asked for."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")  # what a power cut takes is fetched again
        self._connection.executescript(_SCHEMA)

    def page(self, asked: str) -> Page | None:
        """Return what was answered last, None when nothing was kept."""
        row = self._connection.execute(
            "SELECT url, media_type, content, robots, etag, last_modified FROM page WHERE asked = ?", (asked,)
        ).fetchone()
        return Page(*row) if row else None

    def keep(self, asked: str, page: Page) -> None:
        """Keep an answer instead of the one before."""
        self._connection.execute(
            "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?, ?)",
            (asked, page.url, page.media_type, page.robots, page.etag, page.last_modified, page.content),
        )

    def forget_all_but(self, asked: Iterable[str]) -> None:
        """Forget what is not asked for any more."""
        known = {row[0] for row in self._connection.execute("SELECT asked FROM page")}
        with self._connection:
            self._connection.executemany(
                "DELETE FROM page WHERE asked = ?", [(each,) for each in sorted(known - set(asked))]
            )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
