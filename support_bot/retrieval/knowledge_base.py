"""Turn a question into hits from the generation that serves at this moment.

A reindex promotes a new generation by replacing one pointer. The next question opens it, beside the old one; questions
that began on the old one finish on it, and the last of them closes it.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from langchain_core.documents import Document

from knowledge.audience import Audience
from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings
from knowledge.errors import KnowledgeError
from knowledge.generation import Generation, Manifest
from knowledge.search import Hit, search

_WARM_QUESTION = "warm"  # a generation's first question pays for reading its files

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Lease:
    """An open generation and the number of questions that use it."""

    folder: Path
    generation: Generation
    readers: int = 0


class KnowledgeBase:
    """One site's knowledge, open for reading by any thread."""

    def __init__(self, *, catalog: Catalog, embeddings: SentenceTransformersEmbeddings) -> None:
        self._catalog = catalog
        self._embeddings = embeddings
        self._guard = threading.Lock()  # over the two fields below, for moments only
        self._lease: _Lease | None = None
        self._opening = threading.Lock()  # held by the one thread that opens a new generation

    def search(self, question: str, *, scope: Audience, count: int) -> list[Hit]:
        """Return the best hits that this scope may read. Raises KnowledgeBaseEmpty before the first reindex."""
        with self._generation() as generation:
            return search(question, index=generation.index(scope), embeddings=self._embeddings, count=count)

    def document(self, document_id: str, *, scope: Audience) -> Document | None:
        """Return a document, None when there is none with this id that the scope may read."""
        with self._generation() as generation:
            return generation.index(scope).documents.document(document_id)

    def manifest(self) -> Manifest:
        """Return what the generation that serves holds."""
        with self._generation() as generation:
            return generation.manifest

    def warm(self, *, scope: Audience) -> None:
        """Open the generation that serves and load what a first question would wait for."""
        self.search(_WARM_QUESTION, scope=scope, count=1)

    def close(self) -> None:
        """Close the open generation."""
        with self._guard:
            lease, self._lease = self._lease, None
        if lease is not None:
            lease.generation.close()

    @contextmanager
    def _generation(self) -> Iterator[Generation]:
        self._refresh()
        with self._guard:
            lease = self._lease
            assert lease is not None  # noqa: S101 - _refresh opened it or raised
            lease.readers += 1
        try:
            yield lease.generation
        finally:
            with self._guard:
                lease.readers -= 1
                unused = lease.readers == 0 and lease is not self._lease
            if unused:
                lease.generation.close()

    def _refresh(self) -> None:
        folder = self._catalog.serving()
        if self._lease is not None and self._lease.folder == folder:
            return
        # Whoever has a generation to go on with does not wait for the new one to open.
        if not self._opening.acquire(blocking=self._lease is None):
            return
        try:
            if self._lease is None or self._lease.folder != folder:
                self._swap(folder)
        except KnowledgeError:
            if self._lease is None:
                raise
            logger.exception("The new generation cannot be opened; the one before goes on serving.")
        finally:
            self._opening.release()

    def _swap(self, folder: Path) -> None:
        generation = Generation.open(folder, embedding_model=self._embeddings.name)
        with self._guard:
            old, self._lease = self._lease, _Lease(folder, generation)
            unused = old is not None and old.readers == 0
        if old is not None and unused:
            old.generation.close()
