"""Turn what was found and what serves into the documents that the next generation holds."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime

from langchain_core.documents import Document

from ingest.changes import Changes
from ingest.deletions import Deletions
from ingest.errors import DeletionsWithheld, SourceError, UsageError
from ingest.parser import Parser
from ingest.progress import Progress
from ingest.report import Failure, Flag
from ingest.served import Served
from ingest.sources.source import FailedSource, Source
from knowledge.catalog import Catalog
from knowledge.documents import metadata_of


@dataclass(frozen=True, slots=True)
class Contents:
    """The documents of the next generation, and what became of each source."""

    parsed: tuple[Document, ...]
    kept: tuple[Document, ...]  # as they serve, but that those whose source fails now are marked as stale
    stale: tuple[str, ...]  # the sources of those
    is_marked_anew: bool  # whether others are stale than before
    failures: tuple[Failure, ...]
    changes: Changes
    moved: frozenset[str]  # locations that are another's now
    deletions: Deletions

    @property
    def documents(self) -> tuple[Document, ...]:
        """All of them."""
        return self.parsed + self.kept

    @property
    def left(self) -> frozenset[str]:
        """The locations that nothing is held of any more."""
        return self.moved | set(self.deletions.made)

    def versions(self) -> dict[str, str]:
        """Return the version of each source."""
        return {metadata_of(document)["source"]: metadata_of(document)["version"] for document in self.documents}

    def added(self) -> int:
        """Return how many sources are new."""
        return self._succeeded(self.changes.added)

    def updated(self) -> int:
        """Return how many sources have changed."""
        return self._succeeded(self.changes.updated)

    def differ_from(self, served: Served) -> bool:
        """Whether they are others than those that serve."""
        return self.is_marked_anew or self.versions() != served.versions

    def flagged(self) -> Iterator[Flag]:
        """Yield what the owners of the parsed documents should look at."""
        for document in self.parsed:
            metadata = metadata_of(document)
            for kind, count in metadata["flags"].items():
                yield Flag(metadata["source"], kind, count)

    def _succeeded(self, sources: Sequence[Source]) -> int:
        failed = {failure.source for failure in self.failures}
        return sum(source.location not in failed for source in sources)


def contents_of(
    changes: Changes,
    deletions: Deletions,
    unfit: Sequence[FailedSource],
    *,
    served: Served,
    parser: Parser,
    refuse_secrets: bool,
    progress: Progress,
) -> Contents:
    """Parse what is new or changed, and take over the rest of what serves but for the deletions."""
    parsed, failures = _parsed(
        [*changes.added, *changes.updated], parser=parser, refuse_secrets=refuse_secrets, progress=progress
    )
    failures = [*(Failure.of(source.location, source.error) for source in unfit), *failures]
    found = {metadata_of(document)["source"] for document in parsed}
    moved = frozenset(old for old, new in changes.moved.items() if new in found)
    kept = served.documents(without=found | moved | set(deletions.made))
    if refuse_secrets:  # it may be set since they were let in
        failures += [
            Failure.of(metadata_of(document)["source"], _secret()) for document in kept if _has_secret(document)
        ]
        kept = [document for document in kept if not _has_secret(document)]
    seen = {source.location for source in changes.unchanged} | set(deletions.withheld)
    failing = {source for document in kept if (source := metadata_of(document)["source"]) not in seen}
    return Contents(
        parsed=tuple(parsed),
        kept=tuple(kept),
        stale=tuple(sorted(failing)),
        is_marked_anew=_marked(kept, failing=failing),
        failures=tuple(sorted(failures, key=lambda failure: failure.source)),
        changes=changes,
        moved=moved,
        deletions=deletions,
    )


def keep_hidden(contents: Contents, *, catalog: Catalog) -> None:
    """Hide what was moved and is hidden where it was."""
    ids = {metadata_of(document)["source"]: str(document.id) for document in contents.parsed}
    for source in catalog.hidden.sources().values():
        new = contents.changes.moved.get(source)
        if new in ids:
            catalog.hidden.hide(ids[new], source=new)


def refuse_nothing(sources: Sequence[Source], unfit: Sequence[FailedSource], *, served: Served) -> None:
    """Raise UsageError when nothing was found and nothing serves."""
    if not (sources or unfit or served.versions):
        raise UsageError("The sources hold nothing to ingest. Give a folder of articles, such as .md or .pdf files.")


def refuse_to_empty(contents: Contents, *, served: Served, catalog: Catalog) -> None:
    """Raise DeletionsWithheld when nothing would be left of what serves."""
    if served.versions and not contents.documents:
        raise DeletionsWithheld(
            f"Nothing would be left of the {len(served.versions)} documents of site {catalog.site!r}. Nothing was "
            f"changed. To take the site down, delete {catalog.folder}."
        )


def _parsed(
    sources: Sequence[Source], *, parser: Parser, refuse_secrets: bool, progress: Progress
) -> tuple[list[Document], list[Failure]]:
    documents: list[Document] = []
    failures: list[Failure] = []
    with progress.step("Reading", total=len(sources)) as advance:
        for source in sources:
            try:
                document = parser.document(source)
                if refuse_secrets and _has_secret(document):
                    raise _secret()
                documents.append(document)
            except SourceError as error:
                failures.append(Failure.of(source.location, error))
            advance(1)
    return documents, failures


def _marked(kept: Sequence[Document], *, failing: Set[str]) -> bool:
    """Mark as stale the documents whose source fails, and no others; return whether that changed any mark."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    is_changed = False
    for document in kept:
        since = metadata_of(document).get("stale_since", "")
        document.metadata["stale_since"] = (since or now) if metadata_of(document)["source"] in failing else ""
        is_changed = is_changed or document.metadata["stale_since"] != since
    return is_changed


def _has_secret(document: Document) -> bool:
    return "likely_secret" in metadata_of(document)["flags"]


def _secret() -> SourceError:
    return SourceError("likely_secret", "it holds what looks like a key or password; take it out and change it")
