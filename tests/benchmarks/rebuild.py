"""Measure what a rebuild costs beside the first build: when nothing has changed, and when one article of 100 has.

    python -m tests.benchmarks.rebuild [--documents 1000]

Articles of three sections are made of words that nobody wrote, the same at every run. Imports and the loading of the
model are left out. On a machine that does other work too, compare the seconds of the processor.
"""

import argparse
import random
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.parser import Limits, Parser
from ingest.pipeline import ingest
from ingest.progress import Progress
from ingest.quarantine import Quarantine
from ingest.report import IngestReport
from ingest.sources.folder import sources_below
from knowledge.catalog import Catalog
from knowledge.embedding_cache import EmbeddingCache
from knowledge.embeddings import BundledEmbeddings, SentenceTransformersEmbeddings
from tests.benchmarks.first_build import processor_seconds

_SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi zo".split()


@dataclass(frozen=True, slots=True)
class Rebuild:
    """What one run took, in seconds, and its report."""

    wall: float
    processor: float  # of this process and of the parser's
    report: IngestReport


class Rebuilds:
    """A folder of articles and the knowledge made of it, built again and again by one process."""

    def __init__(self, folder: Path, *, cache: EmbeddingCache, parser: Parser) -> None:
        self.articles = folder / "kb"
        self.articles.mkdir()
        self._catalog = Catalog(folder / "data", "default")
        self._cache = cache
        self._parser = parser

    def write(self, number: int, *, edition: int = 1) -> None:
        """Write the article of this number."""
        chance = random.Random(number * 1_000 + edition)
        sections = (f"## {_words(chance, 3)}\n\n{_words(chance, 60)}." for _ in range(3))
        (self.articles / f"{number}.md").write_text(f"# {_words(chance, 4)}\n\n" + "\n\n".join(sections))

    def run(self) -> Rebuild:
        """Bring the knowledge up to date."""
        parsing = processor_seconds(self._parser)
        started, processor = time.perf_counter(), time.process_time()
        sources, unfit = sources_below([self.articles], audience="public", max_megabytes=20)
        report = ingest(
            sources,
            unfit,
            catalog=self._catalog,
            cache=self._cache,
            parser=self._parser,
            refuse_secrets=False,
            recipe="benchmark",
            passage_words=160,
            dry_run=False,
            progress=Progress(quiet=True),
        )
        wall, processor = time.perf_counter() - started, time.process_time() - processor
        return Rebuild(wall, processor + processor_seconds(self._parser) - parsing, report)


def rebuilds(documents: int, folder: Path, *, embeddings: SentenceTransformersEmbeddings) -> list[Rebuild]:
    """Return a first build of so many documents, a run that finds nothing changed, and one that finds 1 % changed."""
    limits = Limits(seconds=60, megabytes=1_000)
    with (
        closing(EmbeddingCache(folder / "vectors", embeddings=embeddings)) as cache,
        Parser(limits=limits, quarantine=Quarantine(folder / "quarantine")) as parser,
    ):
        parser.start()
        site = Rebuilds(folder, cache=cache, parser=parser)
        for number in range(documents):
            site.write(number)
        first, unchanged = site.run(), site.run()
        for number in range(0, documents, 100):
            site.write(number, edition=2)
        return [first, unchanged, site.run()]


def _words(chance: random.Random, count: int) -> str:
    return " ".join("".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(count)).capitalize()


def main() -> None:
    """Measure, after a small run that imports and loads what the others find."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=1_000)
    embeddings = BundledEmbeddings(threads=2)
    with TemporaryDirectory() as folder:
        rebuilds(3, Path(folder), embeddings=embeddings)
    with TemporaryDirectory() as folder:
        first, *rest = rebuilds(options.parse_args().documents, Path(folder), embeddings=embeddings)
    for name, run in zip(("first build", "unchanged", "1 % changed"), (first, *rest), strict=True):
        shares = f"{run.wall / first.wall:.2%} of the first, of the processor {run.processor / first.processor:.2%}"
        print(f"{name}: {run.wall:.2f} s, of the processor {run.processor:.2f} s: {shares}")
        print(f"  {run.report.unchanged} unchanged, {run.report.passages} passages, {run.report.embedded} embedded")


if __name__ == "__main__":
    main()
