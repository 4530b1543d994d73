"""Turn texts into vectors, embedding each text only once in the life of a data directory."""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from knowledge.embeddings import Matrix, SentenceTransformersEmbeddings

_BATCH = 256  # texts embedded between two commits: what a crash can cost


class EmbeddingCache:
    """Vectors kept by (model, hash of the text), so that a rebuild embeds only what has changed."""

    def __init__(self, folder: Path, *, embeddings: SentenceTransformersEmbeddings) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        model = hashlib.sha256(embeddings.name.encode()).hexdigest()[:16]
        self.model = embeddings.name
        self.embeddings = embeddings
        self._database = _opened(folder / f"{model}.sqlite3")

    def missing(self, texts: Sequence[str]) -> list[str]:
        """Return the distinct texts that have no vector yet, shortest first: a batch then wastes no padding."""
        return sorted((text for text in set(texts) if not self._knows(text)), key=len)

    def embed(self, texts: Sequence[str], *, progress: Callable[[int], None] = lambda _: None) -> int:
        """Embed and keep the texts that have no vector yet; return how many. `progress` is told each batch's size."""
        missing = self.missing(texts)
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            rows = zip(map(_hash, batch), self.embeddings.passage_vectors(batch), strict=True)
            with self._database:
                self._database.executemany(
                    "INSERT OR REPLACE INTO vector VALUES (?, ?)", ((key, vector.tobytes()) for key, vector in rows)
                )
            progress(len(batch))
        return len(missing)

    def vectors(self, texts: Sequence[str]) -> Matrix:
        """Return the kept vectors of texts that have been embedded, shape (texts, dimensions)."""
        if not texts:
            return np.empty((0, 0), dtype=np.float32)
        known = self._known(texts)
        return np.stack([np.frombuffer(known[_hash(text)], dtype=np.float32) for text in texts])

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _knows(self, text: str) -> bool:
        row = self._database.execute("SELECT 1 FROM vector WHERE hash = ?", (_hash(text),)).fetchone()
        return row is not None

    def _known(self, texts: Sequence[str]) -> dict[bytes, bytes]:
        known: dict[bytes, bytes] = {}
        for key in {_hash(text) for text in texts}:
            row = self._database.execute("SELECT vector FROM vector WHERE hash = ?", (key,)).fetchone()
            if row is not None:
                known[key] = row[0]
        return known


def _opened(file: Path) -> sqlite3.Connection:
    """Return the open database; one that is damaged is begun anew, since all it holds can be made again."""
    database = sqlite3.connect(file)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE IF NOT EXISTS vector (hash BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
    except sqlite3.OperationalError:  # a full disk or a lock damages nothing
        database.close()
        raise
    except sqlite3.DatabaseError:
        database.close()
        file.unlink()
        return _opened(file)
    return database


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
