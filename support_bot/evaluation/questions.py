"""Turn each question of a dataset into its vector once in the life of a data directory."""

import hashlib
import sqlite3
from pathlib import Path

import numpy as np

from knowledge.embeddings import SentenceTransformersEmbeddings, Vector


class KeptQuestions(SentenceTransformersEmbeddings):
    """The model that serves, which embeds no question twice: the very vectors that production searches with."""

    def __init__(self, folder: Path, *, embeddings: SentenceTransformersEmbeddings) -> None:
        super().__init__(embeddings.name, multilingual=False, threads=1)
        folder.mkdir(parents=True, exist_ok=True)
        model = hashlib.sha256(embeddings.name.encode()).hexdigest()[:16]
        self._embeddings = embeddings
        self._database = sqlite3.connect(folder / f"{model}-questions.sqlite3", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute("CREATE TABLE IF NOT EXISTS question (hash BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    def speaks(self, text: str) -> bool:
        """Whether the model may understand the text."""
        return self._embeddings.speaks(text)

    def question_vector(self, text: str) -> Vector:
        """Return the question's vector as float32, shape (dimensions,)."""
        key = hashlib.sha256(text.encode()).digest()
        row = self._database.execute("SELECT vector FROM question WHERE hash = ?", (key,)).fetchone()
        if row is not None:
            return np.frombuffer(row[0], dtype=np.float32)
        vector = self._embeddings.question_vector(text)
        self._database.execute("INSERT OR REPLACE INTO question VALUES (?, ?)", (key, vector.tobytes()))
        return vector

    def close(self) -> None:
        """Close the database."""
        self._database.close()
