"""Turn sources into a new generation: find, compare, partition, chunk, embed, build aside, judge, promote."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ingest.changes import changes_since
from ingest.chunk import embedded_text, passages_of
from ingest.contents import Contents, contents_of, keep_hidden, refuse_nothing, refuse_to_empty
from ingest.deletions import allowed
from ingest.gate import Gate, Judgement
from ingest.parser import Parser
from ingest.plans import plan_id, refused_generation, withheld_deletions
from ingest.progress import Progress
from ingest.report import IngestReport
from ingest.served import Served, served_by
from ingest.sources.source import FailedSource, Source
from knowledge import generation
from knowledge.catalog import Catalog
from knowledge.embedding_cache import EmbeddingCache
from knowledge.generation import Manifest


@dataclass(frozen=True, slots=True)
class _Built:
    """A generation that was built aside, and what the gate says of it."""

    manifest: Manifest
    embedded: int  # passages whose vector was not known
    judgement: Judgement


def ingest(
    sources: Sequence[Source],
    unfit: Sequence[FailedSource],
    *,
    catalog: Catalog,
    cache: EmbeddingCache,
    parser: Parser,
    gate: Gate = Gate(),  # noqa: B008 - it is frozen
    refuse_secrets: bool,
    recipe: str,
    passage_words: int,
    approved_plan: str | None = None,
    promote_anyway: str | None = None,
    dry_run: bool,
    progress: Progress,
) -> IngestReport:
    """Bring a site's knowledge up to date with its sources and report what was done.

    An unchanged knowledge base costs one look at its bytes: nothing is parsed, embedded or promoted. `recipe` names all
    that shapes passages and vectors besides the sources; another recipe rebuilds everything. `approved_plan` and
    `promote_anyway` are the plans under which a run before held back deletions, and a whole generation.
    """
    started = time.monotonic()
    with catalog.writing():
        plans, refusals = withheld_deletions(catalog.folder), refused_generation(catalog.folder)
        approved = plans.approved(approved_plan) if approved_plan else None
        accepted = refusals.approved(promote_anyway) if promote_anyway else {}

        served = served_by(catalog)
        refuse_nothing(sources, unfit, served=served)
        changes = changes_since(served.versions, sources=sources, failed=[source.location for source in unfit])
        deletions = allowed(changes.lost, served=served.versions, approved=approved)
        contents = contents_of(
            changes, deletions, unfit, served=served, parser=parser, refuse_secrets=refuse_secrets, progress=progress
        )
        refuse_to_empty(contents, served=served, catalog=catalog)
        if not dry_run:
            keep_hidden(contents, catalog=catalog)

        built = None
        if not dry_run and (contents.differ_from(served) or served.must_be_replaced(recipe)):
            try:
                built = _built(
                    contents,
                    served=served,
                    catalog=catalog,
                    cache=cache,
                    gate=gate,
                    accepted=accepted,
                    recipe=recipe,
                    passage_words=passage_words,
                    progress=progress,
                )
                if built.judgement.may_serve:
                    catalog.promote(built.manifest.number)
            finally:
                catalog.reclaim()  # of what is refused, or cannot be searched, nothing stays on the disk

        # Last, so that a run that fails, is refused or only tries a plan leaves it to be approved again.
        withheld = {location: served.versions[location] for location in deletions.withheld}
        is_refused = built is not None and not built.judgement.may_serve
        if not (approved_plan and (dry_run or is_refused)):
            plans.keep(withheld)
        if not dry_run:
            refusals.keep(built.judgement.findings() if built and is_refused else {})

    return _report(contents, built, served=served, withheld=withheld, seconds=round(time.monotonic() - started, 3))


def _built(
    contents: Contents,
    *,
    served: Served,
    catalog: Catalog,
    cache: EmbeddingCache,
    gate: Gate,
    accepted: Mapping[str, str],
    recipe: str,
    passage_words: int,
    progress: Progress,
) -> _Built:
    """Chunk, embed, build aside, judge."""
    passages = passages_of(contents.documents, words=passage_words)
    texts = [embedded_text(passage) for passage in passages]
    missing = cache.missing(texts)
    with progress.step("Embedding", total=len(missing)) as advance:
        embedded = cache.embed(missing, progress=advance)

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
        documents=contents.documents,
        passages=passages,
        passage_vectors=cache.vectors(texts),
    )
    judgement = gate.judgement(
        catalog.building(number), embeddings=cache.embeddings, served=served, left=contents.left, accepted=accepted
    )
    return _Built(manifest, embedded, judgement)


def _report(
    contents: Contents, built: _Built | None, *, served: Served, withheld: Mapping[str, str], seconds: float
) -> IngestReport:
    promoted = built is not None and built.judgement.may_serve
    manifest = built.manifest if built is not None and promoted else served.manifest
    return IngestReport(
        generation=manifest.number if manifest else None,
        promoted=promoted,
        added=contents.added(),
        updated=contents.updated(),
        unchanged=len(contents.changes.unchanged),
        deleted=len(contents.left),
        moved=len(contents.moved),
        withheld=tuple(withheld),
        plan=plan_id(withheld) if withheld else None,
        stale=contents.stale,
        failed=contents.failures,
        flagged=tuple(contents.flagged()),
        passages=manifest.passages if manifest else 0,
        embedded=built.embedded if built else 0,
        gate=built.judgement if built else None,
        seconds=seconds,
    )
