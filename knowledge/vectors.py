"""Keep passages' vectors in a Chroma directory and find those nearest to a question's.

This is the one module that knows chromadb. A directory is written once, by `build`, and then only read: one that is
written by one process while another reads it gives silently stale answers.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from knowledge.embeddings import Matrix, Vector

if TYPE_CHECKING:
    from chromadb.api.client import Client

_COLLECTION = "passages"
# Chroma's own 100 finds .94 to .97 of the ten exact nearest among 100,000 passages; 300 finds .99, for 0.3 ms more.
_CANDIDATES = 300
_BATCH = 5_000  # Chroma refuses more than 5,461 rows at once


class Vectors:
    """An open Chroma directory."""

    def __init__(self, client: "Client") -> None:
        self._client = client
        self._collection = client.get_collection(_COLLECTION, embedding_function=None)

    @classmethod
    def open(cls, folder: Path) -> "Vectors":
        """Open a directory that `build` wrote."""
        return cls(_client(folder))

    def nearest(self, vector: Vector, *, count: int) -> dict[str, float]:
        """Return the ids of the nearest passages with their cosine similarities, nearest first."""
        found = self._collection.query(query_embeddings=[*vector[np.newaxis]], n_results=count, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return {id_: 1.0 - distance for id_, distance in zip(found["ids"][0], distances, strict=True)}

    def similarities(self, vector: Vector, *, ids: Sequence[str]) -> dict[str, float]:
        """Return the cosine similarities of the passages with these ids."""
        if not ids:
            return {}
        found = self._collection.get(ids=list(ids), include=["embeddings"])
        cosines = np.asarray(found["embeddings"], dtype=np.float32) @ vector
        return dict(zip(found["ids"], cosines.tolist(), strict=True))

    def close(self) -> None:
        """Free the directory's memory and files."""
        self._client.close()


def build(folder: Path, *, ids: Sequence[str], vectors: Matrix) -> None:
    """Write a new Chroma directory of vectors of length 1, one for each id."""
    client = _client(folder)
    collection = client.create_collection(
        _COLLECTION, configuration={"hnsw": {"space": "cosine", "ef_search": _CANDIDATES}}, embedding_function=None
    )
    for start in range(0, len(ids), _BATCH):
        collection.upsert(ids=list(ids[start : start + _BATCH]), embeddings=vectors[start : start + _BATCH])
    client.close()


def _client(folder: Path) -> "Client":
    import chromadb  # takes a second, which a reindex that finds nothing to do need not pay
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    return cast("Client", chromadb.PersistentClient(path=str(folder), settings=settings))
