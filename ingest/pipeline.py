"""Turn sources into a new generation of knowledge: find, compare, partition, chunk, embed, build aside, promote."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from langchain_core.documents import Document

from ingest.changes import Changes, changes_since
from ingest.chunk import embedded_text, passages
from ingest.errors import DeletionsWithheld, SourceError, UsageError
from ingest.parser import Parser
from ingest.progress import Progress
from ingest.report import Failure, Flag, IngestReport
from ingest.sources.source import FailedSource, Source
from knowledge import generation
from knowledge.catalog import Catalog
from knowledge.documents import Documents, metadata_of
from knowledge.embedding_cache import EmbeddingCache
from knowledge.errors import KnowledgeError
from knowledge.generation import Manifest, is_whole, read_manifest
from knowledge.passage import Passage


@dataclass(frozen=True, slots=True)
class _Served:
    """What the generation that serves holds; nothing before the first."""

    folder: Path | None
    manifest: Manifest | None
    versions: dict[str, str]  # of each source


def ingest(
    sources: Sequence[Source],
    unfit: Sequence[FailedSource],
    *,
    catalog: Catalog,
    cache: EmbeddingCache,
    parser: Parser,
    refuse_secrets: bool,
    recipe: str,
    passage_words: int,
    dry_run: bool,
    progress: Progress,
) -> IngestReport:
    """Bring a site's knowledge up to date with its sources and report what was done.

    An unchanged knowledge base costs one look at its bytes: nothing is parsed, embedded or promoted. `recipe` names all
    that shapes passages and vectors besides the sources; another recipe rebuilds everything.
    """
    started = time.monotonic()
    with catalog.writing():
        served = _served(catalog)
        changes = changes_since(served.versions, sources=sources, failed=[source.location for source in unfit])
        parsed, failures = _partitioned(
            [*changes.added, *changes.updated], parser=parser, refuse_secrets=refuse_secrets, progress=progress
        )
        failures = [*(Failure.of(source.location, source.error) for source in unfit), *failures]
        documents = [*parsed, *_carried_over(served, changes=changes, parsed=parsed)]
        _refuse_to_empty(documents, served=served, catalog=catalog)
        if not sources and not unfit:
            raise UsageError(
                "The sources hold nothing to ingest. Give a folder of articles, such as .md or .pdf files."
            )

        manifest, embedded = served.manifest, 0
        promoted = not dry_run and (_differs(documents, served) or (manifest is not None and manifest.recipe != recipe))
        if promoted:
            chunks = [passage for document in documents for passage in passages(document, words=passage_words)]
            texts = [embedded_text(passage) for passage in chunks]
            missing = cache.missing(texts)
            with progress.step("Embedding", total=len(missing)) as advance:
                embedded = cache.embed(missing, progress=advance)
            manifest = _promoted(documents, chunks, texts, catalog=catalog, cache=cache, recipe=recipe)

    failed = {failure.source for failure in failures}
    return IngestReport(
        generation=manifest.number if manifest else None,
        promoted=promoted,
        added=sum(source.location not in failed for source in changes.added),
        updated=sum(source.location not in failed for source in changes.updated),
        unchanged=len(changes.unchanged),
        deleted=len(changes.deleted),
        failed=tuple(sorted(failures, key=lambda failure: failure.source)),
        flagged=tuple(_flags(parsed)),
        passages=manifest.passages if manifest else 0,
        embedded=embedded,
        seconds=round(time.monotonic() - started, 3),
    )


def _served(catalog: Catalog) -> _Served:
    """Return what serves now. Of a damaged generation nothing is taken over: it is built again from the sources."""
    folder = catalog.current()
    if folder is None:
        return _Served(None, None, {})
    try:
        manifest = read_manifest(folder)
        if not is_whole(folder, manifest):
            return _Served(None, None, {})
        with closing(_stored(folder, manifest)) as documents:
            return _Served(folder, manifest, documents.versions())
    except (KnowledgeError, sqlite3.Error):
        return _Served(None, None, {})


def _stored(folder: Path, manifest: Manifest) -> Documents:
    return Documents.open(folder / manifest.scopes["internal"] / "documents.sqlite3")


def _refuse_to_empty(documents: Sequence[Document], *, served: _Served, catalog: Catalog) -> None:
    if served.versions and not documents:
        raise DeletionsWithheld(
            f"The sources hold nothing to ingest, but site {catalog.site!r} serves {len(served.versions)} documents "
            "from them. Nothing was changed. Check the path, or that its volume is mounted."
        )


def _partitioned(
    sources: Sequence[Source], *, parser: Parser, refuse_secrets: bool, progress: Progress
) -> tuple[list[Document], list[Failure]]:
    documents: list[Document] = []
    failures: list[Failure] = []
    with progress.step("Reading", total=len(sources)) as advance:
        for source in sources:
            try:
                document = parser.document(source)
                if refuse_secrets:
                    _refuse_secrets(document)
                documents.append(document)
            except SourceError as error:
                failures.append(Failure.of(source.location, error))
            advance(1)
    return documents, failures


def _refuse_secrets(document: Document) -> None:
    if "likely_secret" in metadata_of(document)["flags"]:
        detail = "it holds what looks like a key or password; take it out and change it"
        raise SourceError("likely_secret", detail)


def _flags(documents: Iterable[Document]) -> Iterator[Flag]:
    for document in documents:
        metadata = metadata_of(document)
        for kind, count in metadata["flags"].items():
            yield Flag(metadata["source"], kind, count)


def _carried_over(served: _Served, *, changes: Changes, parsed: Iterable[Document]) -> list[Document]:
    """Return the served documents that stay: the unchanged, and the last good version of those that failed now."""
    if served.folder is None or served.manifest is None:
        return []
    replaced = {metadata_of(document)["source"] for document in parsed} | set(changes.deleted)
    with closing(_stored(served.folder, served.manifest)) as stored:
        return [document for document in stored.all() if metadata_of(document)["source"] not in replaced]


def _differs(documents: Sequence[Document], served: _Served) -> bool:
    return {metadata_of(d)["source"]: metadata_of(d)["version"] for d in documents} != served.versions


def _promoted(
    documents: Sequence[Document],
    chunks: Sequence[Passage],
    texts: Sequence[str],
    *,
    catalog: Catalog,
    cache: EmbeddingCache,
    recipe: str,
) -> Manifest:
    catalog.reclaim()  # an abandoned build may stand where this one goes
    number = catalog.next_number()
    manifest = generation.build(
        catalog.building(number),
        site=catalog.site,
        number=number,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        embedding_model=cache.model,
        recipe=recipe,
        documents=documents,
        passages=chunks,
        passage_vectors=cache.vectors(texts),
    )
    catalog.promote(number)
    catalog.reclaim()
    return manifest
