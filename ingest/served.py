"""Read what the generation that serves holds, so that a run can tell what has changed and take over what stays."""

import sqlite3
from collections.abc import Set
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from langchain_core.documents import Document

from knowledge.catalog import Catalog
from knowledge.documents import Documents, metadata_of
from knowledge.errors import KnowledgeError
from knowledge.generation import Manifest, is_whole, read_manifest


@dataclass(frozen=True, slots=True)
class Served:
    """What the generation that serves holds; nothing before the first."""

    folder: Path | None
    manifest: Manifest | None
    versions: dict[str, str]  # of each source
    is_fallback: bool = False  # the one that CURRENT names is damaged, and this is another

    def documents(self, *, without: Set[str]) -> list[Document]:
        """Return its documents but those of these sources."""
        if self.folder is None or self.manifest is None:
            return []
        with closing(_stored(self.folder, self.manifest)) as stored:
            return [document for document in stored.all() if metadata_of(document)["source"] not in without]

    def stale(self) -> dict[str, str]:
        """Return since when each source fails whose last good version serves."""
        if self.folder is None or self.manifest is None:
            return {}
        with closing(_stored(self.folder, self.manifest)) as stored:
            return stored.stale()

    def must_be_replaced(self, recipe: str) -> bool:
        """Whether another is to be built though no document has changed."""
        return self.is_fallback or (self.manifest is not None and self.manifest.recipe != recipe)

    def lengths(self) -> dict[str, int]:
        """Return the number of characters of each source's text."""
        return lengths(self.folder) if self.folder else {}


def served_by(catalog: Catalog) -> Served:
    """Return what serves now; of a damaged generation nothing is taken over, but of the one before it."""
    current = catalog.current()
    for folder in [current, *catalog.others()] if current else []:
        with suppress(KnowledgeError, sqlite3.Error):
            manifest = read_manifest(folder)
            if is_whole(folder, manifest):
                with closing(_stored(folder, manifest)) as documents:
                    return Served(folder, manifest, documents.versions(), is_fallback=folder != current)
    return Served(None, None, {})


def lengths(folder: Path) -> dict[str, int]:
    """Return the number of characters that a generation holds of each source."""
    with closing(_stored(folder, read_manifest(folder))) as documents:
        return documents.lengths()


def _stored(folder: Path, manifest: Manifest) -> Documents:
    return Documents.open(folder / manifest.scopes["internal"] / "documents.sqlite3")
