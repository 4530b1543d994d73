"""Turn a question into hits from the generation that serves at this moment.

A reindex promotes a new generation by replacing one pointer. The next question opens it, beside the old one; questions
that began on the old one finish on it, and the last of them closes it.
"""

import itertools
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from langchain_core.documents import Document

from knowledge.audience import Audience
from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings
from knowledge.errors import REBUILD, GenerationDamaged, KnowledgeBaseEmpty, KnowledgeError
from knowledge.generation import Generation, Manifest
from knowledge.search import Hit, search

_WARM_QUESTION = "warm"  # a generation's first question pays for reading its files
_SECONDS_TO_TRY_AGAIN = 10  # a generation that could not be opened

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Lease:
    """An open generation and the number of questions that use it."""

    folder: Path
    generation: Generation
    readers: int = 0
    retired: bool = False  # the last reader closes it


@dataclass(frozen=True, slots=True)
class Edition:
    """What answers are made of at a moment: other answers may be made of another one."""

    generation: str  # "" before the first reindex
    hidden: frozenset[str]  # the ids of the documents that nobody may see


class KnowledgeBase:
    """One site's knowledge, open for reading by any thread."""

    def __init__(self, *, catalog: Catalog, embeddings: SentenceTransformersEmbeddings) -> None:
        self._catalog = catalog
        self._embeddings = embeddings
        self._guard = threading.Lock()  # over the two fields below, for moments only
        self._lease: _Lease | None = None
        self._opening = threading.Lock()  # held by the one thread that opens a new generation
        self._refused: tuple[Path | None, float] = None, 0.0  # which could not be opened, and when
        self._scopes: set[Audience] = set()  # that have been asked for, which a new generation is opened with

    def search(self, question: str, *, scope: Audience, count: int, language: str = "", product: str = "") -> list[Hit]:
        """Return the best hits that this scope may read, preferred those in the language and about the product given.

        Raises KnowledgeBaseEmpty before the first reindex.
        """
        self._scopes.add(scope)
        with self._generation() as generation:
            hidden = self._catalog.hidden.sources()  # read after it: a reindex notes a hidden article's new name first
            index, looked_at = generation.index(scope), count
            while True:
                hits = search(
                    question,
                    index=index,
                    embeddings=self._embeddings,
                    count=looked_at,
                    language=language,
                    product=product,
                )
                seen = [hit for hit in hits if hit.passage.document_id not in hidden]
                if len(seen) >= count or len(hits) < looked_at:
                    return seen[:count]
                looked_at *= 2  # hidden passages took the places of others

    def hidden(self) -> frozenset[str]:
        """Return the ids of the documents that nobody may see."""
        return frozenset(self._catalog.hidden.sources())

    def edition(self) -> Edition:
        """Return what answers are made of at this moment."""
        generation = ""
        with suppress(KnowledgeBaseEmpty):
            manifest = self.manifest()
            generation = f"{manifest.number} {manifest.created} {manifest.digest}"
        return Edition(generation, self.hidden())

    def document(self, document_id: str, *, scope: Audience) -> Document | None:
        """Return a document, None when there is none with this id that the scope may read, or it is hidden."""
        with self._generation() as generation:
            if document_id in self._catalog.hidden.sources():
                return None
            return generation.index(scope).documents.document(document_id)

    def documents(self, *, scope: Audience, count: int) -> list[Document]:
        """Return the first so many of the documents that the scope may read."""
        with self._generation() as generation:
            hidden = self._catalog.hidden.sources()
            stored = generation.index(scope).documents.all()
            return list(itertools.islice((document for document in stored if document.id not in hidden), count))

    def manifest(self) -> Manifest:
        """Return what the generation that serves holds."""
        with self._generation() as generation:
            return generation.manifest

    @property
    def is_behind(self) -> bool:
        """Whether another generation answers than the one that should, since that one is damaged."""
        with self._guard:
            return self._lease is not None and self._lease.folder != self._catalog.current()

    def warm(self, *, scope: Audience) -> None:
        """Open the generation that serves and load what a first question would wait for."""
        self.search(_WARM_QUESTION, scope=scope, count=1)

    def close(self) -> None:
        """Close the open generation."""
        self._replace(None)

    @contextmanager
    def _generation(self) -> Iterator[Generation]:
        lease = self._leased()
        try:
            yield lease.generation
        finally:
            with self._guard:
                lease.readers -= 1
                unused = lease.retired and lease.readers == 0
            if unused:
                lease.generation.close()

    def _leased(self) -> _Lease:
        """Return the generation that serves, counted as read once more."""
        while True:
            self._refresh()
            with self._guard:
                if self._lease is not None:
                    self._lease.readers += 1
                    return self._lease

    def _refresh(self) -> None:
        folder = self._catalog.serving()
        with self._guard:
            lease = self._lease
        if lease is not None and (lease.folder == folder or self._was_refused(folder)):
            return
        # Whoever has a generation to go on with does not wait for the new one to open.
        if not self._opening.acquire(blocking=lease is None):
            return
        try:
            with self._guard:
                lease = self._lease
            if lease is None or lease.folder != folder:
                self._replace(_Lease(folder, self._opened(folder)))
        except KnowledgeError as error:
            self._refused = folder, time.monotonic()
            if lease is None:
                self._fall_back(error)
            logger.exception("The new generation cannot be opened; the one before goes on serving.")
        finally:
            self._opening.release()

    def _was_refused(self, folder: Path) -> bool:
        """Whether this generation could not be opened a moment ago: not every question tries again."""
        refused, at = self._refused
        return refused == folder and time.monotonic() - at < _SECONDS_TO_TRY_AGAIN

    def _fall_back(self, error: KnowledgeError) -> None:
        """Open the best of the other generations in place of one that is damaged; raise the error if none will do."""
        for folder in self._catalog.others() if isinstance(error, GenerationDamaged) else []:
            with suppress(KnowledgeError):
                self._replace(_Lease(folder, self._opened(folder)))
                return
        raise error

    def _opened(self, folder: Path) -> Generation:
        """Return a generation that has answered a question in each scope that is in use."""
        generation = Generation.open(folder, embedding_model=self._embeddings.name)
        try:
            for scope in self._scopes:
                search(_WARM_QUESTION, index=generation.index(scope), embeddings=self._embeddings, count=1)
        except Exception as error:  # three libraries, three families of errors: all say that it cannot serve
            generation.close()
            raise GenerationDamaged(f"{folder} cannot be searched. {REBUILD}") from error
        return generation

    def _replace(self, lease: _Lease | None) -> None:
        with self._guard:
            old, self._lease = self._lease, lease
            if old is not None:
                old.retired = True
            unused = old is not None and old.readers == 0
        if old is not None and unused:
            old.generation.close()
