"""Measure a rebuild from stored vectors at two sizes: whether its time grows no faster than they, and its memory.

    python -m tests.benchmarks.growth [--sizes 10000 100000]

Each size has a process of its own. Its documents serve already, without passages, so that the pipeline takes them over,
cuts them anew and builds all of the index, but parses and embeds nothing. Measured besides: how long it takes after a
rollback until the index that it leads to has answered a question.
"""

import argparse
import resource
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from langchain_core.documents import Document

from ingest.changes import version
from ingest.chunk import embedded_text, passages_of
from ingest.parser import Limits, Parser
from ingest.pipeline import ingest
from ingest.progress import Progress
from ingest.quarantine import Quarantine
from ingest.sources.source import Source
from knowledge import generation
from knowledge.catalog import Catalog
from knowledge.documents import Block, DocumentMetadata
from knowledge.embedding_cache import EmbeddingCache
from knowledge.embeddings import BundledEmbeddings, Matrix
from support_bot.retrieval.knowledge_base import KnowledgeBase

_SECTIONS = 20  # of a document: a passage each
_WORDS = 60  # of a section
_VOCABULARY = 30_000
_SUBJECTS = 500  # round which vectors gather, as those of real passages do
_DIMENSIONS = 384
_WORDS_A_PASSAGE = 160


class Gathered(BundledEmbeddings):
    """Vectors near one of many subjects, in place of those that take an hour to compute."""

    def __init__(self) -> None:
        super().__init__(threads=1)
        self._chance = np.random.default_rng(1)
        self._subjects = self._chance.normal(size=(_SUBJECTS, _DIMENSIONS))

    def passage_vectors(self, texts: list[str]) -> Matrix:
        """Return one for each text."""
        near = self._subjects[self._chance.integers(_SUBJECTS, size=len(texts))]
        vectors = near + 0.7 * self._chance.normal(size=near.shape)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def documents_of(sources: list[Source]) -> list[Document]:
    """Return the document of each source."""
    chance = np.random.default_rng(2)
    words = np.array([f"w{number:x}" for number in range(_VOCABULARY)])
    return [_document(source, words, chance) for source in sources]


def _document(
    source: Source, words: np.ndarray[tuple[int], np.dtype[np.str_]], chance: np.random.Generator
) -> Document:
    text, blocks = "", list[Block]()
    for number in range(_SECTIONS):
        # The rank of a word is its frequency, as in a language.
        prose = " ".join(words[np.minimum(chance.zipf(1.3, size=_WORDS), _VOCABULARY) - 1])
        for kind, part in (("heading", f"Section {number} of {source.location}"), ("text", f"{prose}.")):
            start = len(text)
            text += f"{part}\n\n"
            depth = 2 if kind == "heading" else 0
            blocks.append(Block(kind=kind, start=start, end=start + len(part), depth=depth, anchor="", page=0))  # type: ignore[typeddict-item]
    metadata = DocumentMetadata(
        source=source.location,
        version=version(source),
        title=source.location,
        url="",
        locale="en",
        product="",
        audience="public",
        updated="",
        blocks=blocks,
        flags={},
    )
    return Document(id=source.id, page_content=text, metadata=dict(metadata))


def measure(size: int, folder: Path) -> None:
    """Print the seconds and megabytes of one rebuild, and the seconds of a rollback."""
    locations = [f"kb/{number}.md" for number in range(size // _SECTIONS)]
    sources = [Source(location, "text/markdown", "public", location, read=bytes) for location in locations]
    documents, catalog, embeddings = documents_of(sources), Catalog(folder, "default"), Gathered()
    with (
        closing(EmbeddingCache(folder / "vectors", embeddings=embeddings)) as cache,
        Parser(limits=Limits(60, 1_000), quarantine=Quarantine(folder / "quarantine")) as parser,
    ):
        cache.embed([embedded_text(passage) for passage in passages_of(documents, words=_WORDS_A_PASSAGE)])
        _serve_without_passages(documents, catalog=catalog, model=embeddings.name)
        documents.clear()

        started, processor = time.perf_counter(), time.process_time()
        report = ingest(
            sources,
            [],
            catalog=catalog,
            cache=cache,
            parser=parser,
            refuse_secrets=False,
            recipe="measured",
            passage_words=_WORDS_A_PASSAGE,
            dry_run=False,
            progress=Progress(quiet=True),
        )
        wall, processor = time.perf_counter() - started, time.process_time() - processor
    assert (report.promoted, report.embedded, report.passages) == (True, 0, size)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
    print(f"{size} passages: {wall:.1f} s, of the processor {processor:.1f} s, {megabytes:.0f} MB at most", flush=True)

    catalog.roll_back()
    with closing(KnowledgeBase(catalog=catalog, embeddings=embeddings)) as knowledge_base:
        knowledge_base.warm(scope="public")
        started = time.perf_counter()
        number = catalog.roll_back()
        assert knowledge_base.search("Which section?", scope="public", count=8)
        assert knowledge_base.manifest().number == number == report.generation
        print(f"  a rollback to it has answered a question after {time.perf_counter() - started:.2f} s", flush=True)


def _serve_without_passages(documents: list[Document], *, catalog: Catalog, model: str) -> None:
    generation.build(
        catalog.building(1),
        site=catalog.site,
        number=1,
        created="2026-11-25T00:00:00+00:00",
        embedding_model=model,
        recipe="before",
        documents=documents,
        passages=[],
        passage_vectors=np.empty((0, _DIMENSIONS), dtype=np.float32),
    )
    catalog.promote(1)


def main() -> None:
    """Measure each size in a process of its own."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    sizes = options.parse_args().sizes
    if len(sizes) > 1:
        for size in sizes:
            subprocess.run([sys.executable, "-m", "tests.benchmarks.growth", "--sizes", str(size)], check=True)
        return
    with TemporaryDirectory() as folder:
        measure(sizes[0], Path(folder))


if __name__ == "__main__":
    main()
