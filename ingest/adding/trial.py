"""Turn a source into the first documents that it would give, and index nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from langchain_core.documents import Document

from ingest.errors import SourceError
from ingest.parser import Parser
from ingest.sources.configured import Means, sources_of
from ingest.sources.kinds import AnySource
from ingest.sources.source import FailedSource

_FIRST = 10
_PAUSES = (1.0,)  # somebody waits


@dataclass(frozen=True, slots=True)
class Trial:
    """What a source gave."""

    documents: tuple[Document, ...]  # the first
    failed: tuple[FailedSource, ...]
    found: int
    is_whole: bool  # whether more cannot be found; a website is not read to its end

    def lines(self) -> Iterator[str]:
        """Yield what was found as lines for a terminal."""
        first = f"the first {len(self.documents)}:" if self.found > len(self.documents) else "all of them:"
        if self.documents:
            yield f"{self.found} documents found, {first}" if self.is_whole else f"The first {self.found} documents:"
        for document in self.documents:
            yield from _document_lines(document)
        yield from (f"  failed {each.location}: {each.error}" for each in self.failed[:_FIRST])
        if len(self.failed) > _FIRST:
            yield f"  and {len(self.failed) - _FIRST} more that failed"
        if self.documents and all(document.metadata["audience"] == "internal" for document in self.documents):
            yield "Internal documents are not for visitors; --audience public opens what has no audience of its own."


def trial(source: AnySource, *, parser: Parser, max_megabytes: int) -> Trial:
    """Return what a source gives first. Raises UsageError when it names what this machine does not have."""
    with TemporaryDirectory() as folder:
        means = Means(folder=Path(folder), max_megabytes=max_megabytes, pauses=_PAUSES, enough=_FIRST)
        sources, unfit = sources_of([source], means=means)
        documents, failed = [], list(unfit)
        for each in sources[:_FIRST]:
            try:
                documents.append(parser.document(each))
            except SourceError as error:
                failed.append(FailedSource(each.location, error))
    is_whole = source.kind != "website" or len(sources) + len(unfit) < _FIRST
    return Trial(tuple(documents), tuple(failed), found=len(sources), is_whole=is_whole)


def _document_lines(document: Document) -> Iterator[str]:
    said = document.metadata
    yield f"  {said['title']}"
    address = said["url"] or f"{said['source']} (no address: citations open Support Bot's own page)"
    language = said["locale"] or "language unknown"
    yield f"    {address} | {len(document.page_content):,} characters | {said['audience']} | {language}"
