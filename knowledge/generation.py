"""Build a generation of knowledge aside from those that serve, and open one for reading.

A generation is a folder that is never changed once it is built:

    manifest.json         what it holds, which model made its vectors, which folder serves which audience
    lock                  held shared by each reader, exclusively by whoever removes the folder
    public/               one folder an audience scope, each with its own files:
        documents.sqlite3     texts, and the passages' places in them
        vectors/              Chroma
        lexical/              tantivy

Scopes are cumulative, so one that adds no document to the scope before it shares that scope's folder.
"""

import fcntl
import hashlib
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from langchain_core.documents import Document
from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge import documents as documents_file
from knowledge import lexical, vectors
from knowledge.audience import AUDIENCES, Audience, readable
from knowledge.disk import sync
from knowledge.documents import Documents, metadata_of
from knowledge.embeddings import Matrix
from knowledge.errors import REBUILD, GenerationDamaged, GenerationUnwritable, ModelMismatch
from knowledge.lexical import Lexical
from knowledge.passage import Passage
from knowledge.vectors import Vectors

FORMAT = 3


class Manifest(BaseModel):
    """What a generation holds and how it was made."""

    model_config = ConfigDict(frozen=True)

    format: int
    site: str
    number: int
    created: str  # ISO 8601, UTC
    embedding_model: str
    recipe: str  # all that shapes passages and vectors besides the sources
    dimensions: int
    documents: int
    passages: int
    scopes: dict[Audience, Audience]  # which scope's folder serves each scope
    digest: str  # sha256 over each passage's id, text and vector: the identity that survives opening the files


@dataclass(frozen=True, slots=True)
class Index:
    """One audience scope's files, open."""

    documents: Documents
    vectors: Vectors
    lexical: Lexical


class Generation:
    """An open generation. Each scope's files are opened at their first use, so a scope nobody asks for stays closed."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self._lock = shared_lock(folder)
        self._opening = threading.Lock()
        self._indexes: dict[Audience, Index] = {}

    @classmethod
    def open(cls, folder: Path, *, embedding_model: str) -> "Generation":
        """Open a generation for the model that will turn questions into vectors."""
        manifest = read_manifest(folder)
        if manifest.embedding_model != embedding_model:
            raise ModelMismatch(
                f"The index of site {manifest.site!r} was built with {manifest.embedding_model!r} but "
                f"KNOWLEDGE_EMBEDDING_MODEL is {embedding_model!r}. Set it back, or run `python -m ingest run` again."
            )
        return cls(folder, manifest)

    def index(self, scope: Audience) -> Index:
        """Return the open files of one audience scope."""
        name = self.manifest.scopes[scope]
        with self._opening:
            if name not in self._indexes:
                self._indexes[name] = _open_index(self.folder / name)
            return self._indexes[name]

    def close(self) -> None:
        """Close every file and release the generation."""
        for index in self._indexes.values():
            index.vectors.close()
            index.documents.close()
        self._indexes.clear()
        os.close(self._lock)


def build(
    folder: Path,
    *,
    site: str,
    number: int,
    created: str,
    embedding_model: str,
    recipe: str,
    documents: Sequence[Document],
    passages: Sequence[Passage],
    passage_vectors: Matrix,
) -> Manifest:
    """Write a new generation into a folder that does not exist, and return its manifest when all is on the disk.

    Raises GenerationUnwritable when it cannot be written; nothing of it is left then.
    """
    with _whole_or_nothing(folder):
        (folder / "lock").touch()
        scopes: dict[Audience, Audience] = {}
        for scope in AUDIENCES:
            if scopes and not any(metadata_of(document)["audience"] == scope for document in documents):
                scopes[scope] = list(scopes.values())[-1]
                continue
            _build_index(
                folder / scope, scope=scope, documents=documents, passages=passages, passage_vectors=passage_vectors
            )
            scopes[scope] = scope
        manifest = Manifest(
            format=FORMAT,
            site=site,
            number=number,
            created=created,
            embedding_model=embedding_model,
            recipe=recipe,
            dimensions=passage_vectors.shape[1],
            documents=len(documents),
            passages=len(passages),
            scopes=scopes,
            digest=_digest(passages, passage_vectors),
        )
        (folder / "manifest.json").write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
        sync(folder)
        return manifest


def read_manifest(folder: Path) -> Manifest:
    """Return a generation's manifest, or say what is wrong with it."""
    try:
        manifest = Manifest.model_validate_json((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise GenerationDamaged(f"{folder / 'manifest.json'} cannot be read. {REBUILD}") from error
    if manifest.format != FORMAT:
        raise GenerationDamaged(f"{folder} has index format {manifest.format}, this version reads {FORMAT}. {REBUILD}")
    return manifest


def shared_lock(folder: Path) -> int:
    """Return an open descriptor that keeps the generation from being removed until it is closed."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDONLY)
    except OSError as error:
        raise GenerationDamaged(f"{folder} is not there, or has no lock. {REBUILD}") from error
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    if not (folder / "lock").exists():  # it was removed while this waited for whoever removed it
        os.close(descriptor)
        raise GenerationDamaged(f"{folder} has been removed. {REBUILD}")
    return descriptor


def is_whole(folder: Path, manifest: Manifest) -> bool:
    """Whether every part of a generation is there."""
    parts = ("documents.sqlite3", "vectors/chroma.sqlite3", "lexical/meta.json")
    scopes = set(manifest.scopes.values())
    files = [folder / scope / part for scope in scopes for part in parts]
    return all(file.is_file() for file in [folder / "lock", *files])


@contextmanager
def _whole_or_nothing(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True)
    try:
        yield
    except Exception as error:  # three libraries, three families of errors, one remedy
        shutil.rmtree(folder, ignore_errors=True)
        raise GenerationUnwritable(
            f"{folder} cannot be written: {error}. What served goes on serving. Make room on the disk, and run again."
        ) from error


def _build_index(
    folder: Path,
    *,
    scope: Audience,
    documents: Sequence[Document],
    passages: Sequence[Passage],
    passage_vectors: Matrix,
) -> None:
    may_read = readable(scope)
    rows = [row for row, passage in enumerate(passages) if passage.audience in may_read]
    chosen = [passages[row] for row in rows]
    folder.mkdir()
    documents_file.build(
        folder / "documents.sqlite3",
        documents=[document for document in documents if metadata_of(document)["audience"] in may_read],
        passages=chosen,
    )
    lexical.build(folder / "lexical", passages=chosen)
    vectors.build(folder / "vectors", ids=[passage.id for passage in chosen], vectors=passage_vectors[rows])


def _open_index(folder: Path) -> Index:
    try:
        return Index(
            documents=Documents.open(folder / "documents.sqlite3"),
            vectors=Vectors.open(folder / "vectors"),
            lexical=Lexical.open(folder / "lexical"),
        )
    except Exception as error:  # three libraries, three families of errors, one remedy
        raise GenerationDamaged(f"{folder} cannot be opened. {REBUILD}") from error


def _digest(passages: Sequence[Passage], passage_vectors: Matrix) -> str:
    digest = hashlib.sha256()
    for row in sorted(range(len(passages)), key=lambda row: passages[row].id):
        digest.update(passages[row].id.encode())
        digest.update(passages[row].text.encode())
        digest.update(np.ascontiguousarray(passage_vectors[row]).tobytes())
    return digest.hexdigest()
