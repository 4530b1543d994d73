"""Turn sources into a new generation of knowledge: find, compare, partition, chunk, embed, build aside, promote."""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from langchain_core.documents import Document

from ingest.changes import Changes, changes_since
from ingest.chunk import embedded_text, passages_of
from ingest.deletions import Deletions, PlanFile, allowed, plan_id
from ingest.errors import DeletionsWithheld, SourceError, UsageError
from ingest.parser import Parser
from ingest.progress import Progress
from ingest.report import Failure, Flag, IngestReport
from ingest.served import Served, served_by
from ingest.sources.source import FailedSource, Source
from knowledge import generation
from knowledge.catalog import Catalog
from knowledge.documents import metadata_of
from knowledge.embedding_cache import EmbeddingCache
from knowledge.generation import Manifest
from knowledge.passage import Passage


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
    approved_plan: str | None = None,
    dry_run: bool,
    progress: Progress,
) -> IngestReport:
    """Bring a site's knowledge up to date with its sources and report what was done.

    An unchanged knowledge base costs one look at its bytes: nothing is parsed, embedded or promoted. `recipe` names all
    that shapes passages and vectors besides the sources; another recipe rebuilds everything.
    """
    started = time.monotonic()
    with catalog.writing():
        served = served_by(catalog)
        if not (sources or unfit or served.versions):
            raise UsageError(
                "The sources hold nothing to ingest. Give a folder of articles, such as .md or .pdf files."
            )
        changes = changes_since(served.versions, sources=sources, failed=[source.location for source in unfit])
        parsed, failures = _partitioned(
            [*changes.added, *changes.updated], parser=parser, refuse_secrets=refuse_secrets, progress=progress
        )
        failures = [*(Failure.of(source.location, source.error) for source in unfit), *failures]

        found = {metadata_of(document)["source"] for document in parsed}
        moved = {old for old, new in changes.moved.items() if new in found}
        plans = PlanFile(catalog.folder)
        deletions = _deletions(changes, served=served, plans=plans, approved_plan=approved_plan)
        if not dry_run:
            _keep_hidden(changes, parsed, catalog=catalog)
        kept = served.documents(without=found | moved | set(deletions.made))
        documents = [*parsed, *kept]
        _refuse_to_empty(documents, served=served, catalog=catalog)

        manifest, embedded = served.manifest, 0
        promoted = not dry_run and _is_to_be_built(documents, served=served, recipe=recipe)
        if promoted:
            chunks = passages_of(documents, words=passage_words)
            texts = [embedded_text(passage) for passage in chunks]
            missing = cache.missing(texts)
            with progress.step("Embedding", total=len(missing)) as advance:
                embedded = cache.embed(missing, progress=advance)
            manifest = _promoted(documents, chunks, texts, catalog=catalog, cache=cache, recipe=recipe)

        # Last, so that a run that fails or only tries a plan leaves it to be approved again.
        withheld = {location: served.versions[location] for location in deletions.withheld}
        if not (dry_run and approved_plan):
            plans.keep(withheld)

    failed = {failure.source for failure in failures}
    return IngestReport(
        generation=manifest.number if manifest else None,
        promoted=promoted,
        added=sum(source.location not in failed for source in changes.added),
        updated=sum(source.location not in failed for source in changes.updated),
        unchanged=len(changes.unchanged),
        deleted=len(moved) + len(deletions.made),
        moved=len(moved),
        withheld=deletions.withheld,
        plan=plan_id(withheld) if withheld else None,
        stale=tuple(_stale(kept, changes=changes, deletions=deletions)),
        failed=tuple(sorted(failures, key=lambda failure: failure.source)),
        flagged=tuple(_flags(parsed)),
        passages=manifest.passages if manifest else 0,
        embedded=embedded,
        seconds=round(time.monotonic() - started, 3),
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


def _deletions(changes: Changes, *, served: Served, plans: PlanFile, approved_plan: str | None) -> Deletions:
    """Return the deletions to make and to withhold."""
    approved = plans.approved(approved_plan) if approved_plan else None
    gone = [location for location in changes.deleted if location not in changes.moved]
    return allowed(gone, served=served.versions, approved=approved)


def _keep_hidden(changes: Changes, parsed: Iterable[Document], *, catalog: Catalog) -> None:
    """Hide what was moved and is hidden where it was."""
    ids = {metadata_of(document)["source"]: str(document.id) for document in parsed}
    for source in catalog.hidden.sources().values():
        new = changes.moved.get(source)
        if new in ids:
            catalog.hidden.hide(ids[new], source=new)


def _refuse_to_empty(documents: Sequence[Document], *, served: Served, catalog: Catalog) -> None:
    if served.versions and not documents:
        raise DeletionsWithheld(
            f"Nothing would be left of the {len(served.versions)} documents of site {catalog.site!r}. Nothing was "
            f"changed. To take the site down, delete {catalog.folder}."
        )


def _stale(kept: Iterable[Document], *, changes: Changes, deletions: Deletions) -> Iterator[str]:
    """Yield the sources of the documents that stay although their source failed: their last good version serves."""
    seen = {source.location for source in changes.unchanged} | set(deletions.withheld)
    yield from sorted(source for document in kept if (source := metadata_of(document)["source"]) not in seen)


def _is_to_be_built(documents: Sequence[Document], *, served: Served, recipe: str) -> bool:
    versions = {metadata_of(document)["source"]: metadata_of(document)["version"] for document in documents}
    return (
        versions != served.versions or served.is_fallback or bool(served.manifest and served.manifest.recipe != recipe)
    )


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
    catalog.require_room()
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
