"""Remember which documents must not be shown: each question leaves them out from the moment that they are hidden.

<data>/hidden/<site>.json    the source of each hidden document, by its id

This lies outside the index: what is hidden stays so however often the index is built anew.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from knowledge.disk import sync_one, write_whole
from knowledge.errors import HiddenUnreadable

_SOURCES = TypeAdapter(dict[str, str])


class Hidden:
    """The hidden documents of one site."""

    def __init__(self, data_dir: Path, site: str) -> None:
        self._file = data_dir / "hidden" / f"{site}.json"

    def sources(self) -> dict[str, str]:
        """Return the source of each hidden document, by its id. It is read anew, so that a change acts at once."""
        try:
            return _SOURCES.validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return {}
        except ValidationError as error:  # never taken for an empty one: somebody wanted something hidden
            raise HiddenUnreadable(
                f"{self._file} cannot be read, so nobody knows what is hidden. Mend it, or delete it and hide again."
            ) from error

    def hide(self, document_id: str, *, source: str) -> None:
        """Leave a document out of everything from now on."""
        with self._changing() as sources:
            sources[document_id] = source

    def unhide(self, document_id: str) -> None:
        """Show a document again."""
        with self._changing() as sources:
            sources.pop(document_id, None)

    @contextmanager
    def _changing(self) -> Iterator[dict[str, str]]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            sources = self.sources()
            yield sources
            write_whole(self._file, json.dumps(sources, ensure_ascii=False, indent=1) + "\n")
            sync_one(self._file.parent)
