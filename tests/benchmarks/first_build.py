"""Measure what a first build of knowledge costs beside the embedding of its passages, which nobody can save.

    python -m tests.benchmarks.first_build FOLDER_OR_FILE...

The wall clock of a first build, against the larger of two bounds from the same run: the bare encoding of the same
passages, and half of the processor time of encoding and partitioning, as on two cores. Imports and the loading of the
model are left out on both sides. On a machine that does other work too, compare the seconds of the processor.
A `corpus.jsonl` of a dataset may be given: its lines are articles.
"""

import argparse
import os
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.chunk import embedded_text
from ingest.parser import Limits, Parser
from ingest.pipeline import ingest
from ingest.progress import Progress
from ingest.quarantine import Quarantine
from ingest.report import IngestReport
from ingest.settings import IngestSettings
from ingest.sources.folder import sources_below
from knowledge.catalog import Catalog
from knowledge.documents import Documents
from knowledge.embedding_cache import EmbeddingCache
from knowledge.embeddings import BundledEmbeddings


@dataclass(frozen=True, slots=True)
class Build:
    """What a first build took, in seconds."""

    wall: float
    processor: float  # of this process: all but the parsing
    parsing: float
    report: IngestReport
    texts: list[str]  # that were embedded


def first_build(path: Path, *, embeddings: BundledEmbeddings, folder: Path) -> Build:
    """Return what a first build took in an empty data directory."""
    settings = IngestSettings(audience="public")
    catalog = Catalog(folder, "default")
    limits = Limits(seconds=settings.parse_seconds, megabytes=settings.parse_megabytes)
    with (
        closing(EmbeddingCache(folder / "vectors", embeddings=embeddings)) as cache,
        Parser(limits=limits, quarantine=Quarantine(folder / "quarantine")) as parser,
    ):
        parser.start()
        before, started, processor = processor_seconds(parser), time.perf_counter(), time.process_time()
        sources, unfit = sources_below([path], audience="public", max_megabytes=settings.max_file_megabytes)
        report = ingest(
            sources,
            unfit,
            catalog=catalog,
            cache=cache,
            parser=parser,
            refuse_secrets=False,
            recipe="benchmark",
            passage_words=settings.passage_words,
            dry_run=False,
            progress=Progress(quiet=True),
        )
        wall, processor = time.perf_counter() - started, time.process_time() - processor
        parsing = processor_seconds(parser) - before
    with closing(Documents.open(catalog.serving() / "public" / "documents.sqlite3")) as documents:
        texts = list(dict.fromkeys(embedded_text(passage) for passage in documents.all_passages()))
    return Build(wall, processor, parsing, report, texts)


def processor_seconds(parser: Parser) -> float:
    """Return the processor time that the parser's child has used."""
    fields = Path(f"/proc/{parser.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def compare(build: Build, *, embeddings: BundledEmbeddings) -> None:
    """Encode the build's texts alone, and print one beside the other."""
    started, processor = time.perf_counter(), time.process_time()
    embeddings.passage_vectors(build.texts)
    encoding, encoding_processor = time.perf_counter() - started, time.process_time() - processor
    bound = max(encoding, (encoding_processor + build.parsing) / 2)
    report = build.report
    print(f"  {report.added} documents ({len(report.failed)} failed), {report.passages} passages")
    print(f"  first build {build.wall:.2f} s, of the processor {build.processor:.2f} s besides partitioning")
    print(f"  bare encoding {encoding:.2f} s, of the processor {encoding_processor:.2f} s")
    print(f"  partitioning, of the processor, {build.parsing:.2f} s: {build.parsing / build.wall:.1%} of the build")
    print(f"  first build / bound = {build.wall / bound:.3f}", flush=True)


def main() -> None:
    """Measure each path in a data directory of its own."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("paths", nargs="+", type=Path)
    embeddings = BundledEmbeddings(threads=2)
    with TemporaryDirectory() as folder:
        article = Path(folder, "article.txt")
        article.write_text("The first build of a process imports and loads what later ones find.")
        first_build(article, embeddings=embeddings, folder=Path(folder, "data"))
    for path in options.parse_args().paths:
        print(path, flush=True)
        with TemporaryDirectory() as folder:
            compare(first_build(path, embeddings=embeddings, folder=Path(folder)), embeddings=embeddings)


if __name__ == "__main__":
    main()
